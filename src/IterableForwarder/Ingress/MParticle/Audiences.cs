using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace IterableForwarder.Ingress.MParticle;

/// <summary>The connection of each audience, by the number the message gave it; or the response that refuses the message.</summary>
internal sealed record FoundConnections(IReadOnlyList<Connection> Connections, ProblemHttpResult? Refusal);

/// <summary>Finds the connections of a message's audiences, creates those that are missing, and lets them follow what the message says.</summary>
internal sealed class Audiences(
    IProjectDirectory directory, SourceClock clock, IOptions<MParticleOptions> options, TimeProvider time, ILogger<Audiences> log)
{
    private const int MaxNamed = 10;

    /// <summary>Those a subscription or a membership change names. Each follows the message, if it is the newest.</summary>
    public async Task<FoundConnections> GetOrCreateAsync(Project project, IReadOnlyList<GatheredAudience> audiences, FirehoseRequest request)
    {
        if (Refuse(project, audiences) is { } refusal) return new([], refusal);
        var connections = new Connection[audiences.Count];
        // once for each audience, whatever number of lists is named for it: each is a commit
        foreach (var named in audiences.GroupBy(a => a.Id))
        {
            var last = named.Last();
            var connection = await GetOrCreateAsync(project, named.First(), request, SourceSettings.WarningsOf(named.First().List));
            if (named.LastOrDefault(a => a.List.ListId is not null) is { } usable && usable != last) connection = await FollowAsync(connection, usable, request);
            connection = await FollowAsync(connection, last, request);
            foreach (var audience in named) connections[audience.Number] = connection;
        }
        return new(connections, null);
    }

    /// <summary>The connection of what is no audience and has no list: there too every change is accounted for.</summary>
    public Task<Connection> FindOrMakeBinAsync(Project project, string id, string name, FirehoseRequest request) =>
        GetOrCreateAsync(project, new GatheredAudience(0, id, default) { Name = name }, request, []);

    /// <summary>All unknown audiences at once, before anything is created. Members without an audience harm no others: "unknown" is always there for them.</summary>
    private ProblemHttpResult? Refuse(Project project, IReadOnlyList<GatheredAudience> audiences)
    {
        if (options.Value.Provisioning != Provisioning.Known) return null;
        var unknown = audiences.Select(a => a.Id).Distinct()
            .Where(id => id != Audience.UnknownId && !directory.TryGetByAudience(project.Id, Source.MParticle, id, out _)).ToList();
        if (unknown.Count == 0) return null;
        var names = string.Join(", ", unknown.Take(MaxNamed)) + (unknown.Count > MaxNamed ? ", …" : "");
        return TypedResults.Problem(
            $"Project {project.Id} has no connection for audience {names}, and the service does not create one because Ingest:MParticle:Provisioning is 'known'. Nothing was accepted.",
            statusCode: StatusCodes.Status403Forbidden);
    }

    private async Task<Connection> GetOrCreateAsync(Project project, GatheredAudience audience, FirehoseRequest request, IReadOnlyList<string> warnings)
    {
        if (directory.TryGetByAudience(project.Id, Source.MParticle, audience.Id, out var known)) return known;
        var connection = new Connection
        {
            Id = FeedId.New(time),
            ProjectId = project.Id,
            Name = audience.Name ?? audience.Id,
            Source = Source.MParticle,
            AudienceId = audience.Id,
            ListId = audience.List.ListId,
            FollowsSource = true,
            SourceTime = request.Time,
            Warnings = warnings,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(request.ReceivedAt.ToUnixTimeMilliseconds()),
        };
        var added = await directory.GetOrAddAsync(connection, request.Aborted);
        if (added.Id != connection.Id) return added;
        IngressMessages.ConnectionCreated(log, connection.Id.ToString(), project.Id.ToString());
        if (connection.Warnings.Count > 0) MParticleLog.BadListId(log, connection.Id.ToString(), project.Id.ToString());
        return added;
    }

    private async Task<Connection> FollowAsync(Connection connection, GatheredAudience audience, FirehoseRequest request)
    {
        if (!clock.IsNewest(connection.Id.Value, request.Time)) return connection;
        if (ReferenceEquals(SourceSettings.Follow(connection, audience, request.Time), connection)) return connection;
        var changed = await directory.UpdateAsync(connection.Id, c => SourceSettings.Follow(c, audience, request.Time), request.Aborted);
        if (changed is { Warnings.Count: > 0 }) MParticleLog.BadListId(log, connection.Id.ToString(), connection.ProjectId.ToString());
        return changed ?? connection;
    }
}
