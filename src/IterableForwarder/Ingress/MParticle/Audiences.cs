using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace IterableForwarder.Ingress.MParticle;

/// <summary>The connection of each audience, by the number the message gave it; or the response that refuses the message.</summary>
/// <param name="Connections">That of the bin for audiences that may have none.</param>
/// <param name="Refusal">Null where the message goes on.</param>
internal sealed record FoundConnections(IReadOnlyList<Connection> Connections, ProblemHttpResult? Refusal)
{
    /// <summary>The connection that keeps the changes of audiences that may have none; null where each has one.</summary>
    public Connection? Bin { get; init; }

    /// <summary>Whether the audience of the number may have no connection.</summary>
    public bool IsBeyond(int number) => Bin is not null && Connections[number].Id == Bin.Id;
}

/// <summary>Finds the connections of a message's audiences, creates those that are missing, and lets them follow what the message says.</summary>
internal sealed class Audiences(
    NewAudiences connections, IProjectDirectory directory, SourceClock clock, IOptions<MParticleOptions> options, TimeProvider time, ILogger<Audiences> log)
{
    /// <summary>Those a subscription or a membership change names. Each follows the message, if it is the newest.</summary>
    public async Task<FoundConnections> GetOrCreateAsync(Project project, IReadOnlyList<GatheredAudience> audiences, FirehoseRequest request)
    {
        // once for each audience, whatever number of lists is named for it: each time may be a commit
        var named = audiences.GroupBy(a => a.Id, StringComparer.Ordinal).Select(g => g.ToList()).ToList();
        var own = named.ConvertAll(a => connections.TryFind(project.Id, Source.MParticle, a[0].Id, out var known) ? known : null);
        var unknown = named.Where((_, i) => own[i] is null).ToList();
        if (options.Value.Provisioning == Provisioning.Known && Refuse(project, unknown) is { } refusal) return new([], refusal);
        var created = await CreateAsync(project, unknown, request);
        var bin = created.Contains(null) ? await connections.GetOrAddBinAsync(project.Id, Source.MParticle, request.Aborted) : null;
        var found = new Connection[audiences.Count];
        var next = 0;
        for (var i = 0; i < named.Count; i++)
        {
            var connection = (own[i] ?? created[next++]) is { } one ? await FollowAllAsync(one, named[i], request) : bin!;
            foreach (var audience in named[i]) found[audience.Number] = connection;
        }
        return new(found, null) { Bin = bin };
    }

    /// <summary>The connection of what is no audience and has no list: there too every change is accounted for.</summary>
    public async Task<Connection> FindOrMakeBinAsync(Project project, string id, string name, FirehoseRequest request)
    {
        if (connections.TryFind(project.Id, Source.MParticle, id, out var known)) return known;
        var bin = NewConnection(project, new GatheredAudience(0, id, default) { Name = name }, request) with { IsBin = true, Warnings = [] };
        return (await connections.GetOrAddAsync([bin], request.Aborted))[0]!;
    }

    /// <summary>All unknown audiences at once, before anything is created. Members without an audience harm no others: "unknown" is always there for them.</summary>
    private static ProblemHttpResult? Refuse(Project project, IEnumerable<List<GatheredAudience>> unknown) =>
        UnknownAudiences.Refuse(project, [.. unknown.Select(a => a[0].Id).Where(id => id != Audience.UnknownId)], "Ingest:MParticle:Provisioning");

    /// <summary>The connections of audiences that had none, in their order; null for one that may have none.</summary>
    private async Task<IReadOnlyList<Connection?>> CreateAsync(Project project, List<List<GatheredAudience>> unknown, FirehoseRequest request)
    {
        var added = await connections.GetOrAddAsync(unknown.ConvertAll(a => NewConnection(project, a[0], request)), request.Aborted);
        foreach (var connection in added)
        {
            if (connection is { Warnings.Count: > 0 }) MParticleLog.BadListId(log, connection.Id.ToString(), project.Id.ToString());
        }
        return added;
    }

    private Connection NewConnection(Project project, GatheredAudience audience, FirehoseRequest request) => new()
    {
        Id = FeedId.New(time),
        ProjectId = project.Id,
        Name = audience.Name ?? audience.Id,
        Source = Source.MParticle,
        AudienceId = audience.Id,
        ListId = audience.List.ListId,
        FollowsSource = true,
        SourceTime = request.Time,
        Warnings = SourceSettings.WarningsOf(audience.List),
        IsBin = audience.Id == Audience.UnknownId,
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(request.ReceivedAt.ToUnixTimeMilliseconds()),
    };

    /// <summary>The newest usable list counts, and the last word is shown.</summary>
    private async Task<Connection> FollowAllAsync(Connection connection, List<GatheredAudience> named, FirehoseRequest request)
    {
        var usable = named.FindLast(a => a.List.ListId is not null);
        if (usable is not null && usable != named[^1]) connection = await FollowAsync(connection, usable, request);
        return await FollowAsync(connection, named[^1], request);
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
