using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;
using Microsoft.Extensions.Options;

namespace IterableForwarder.Ingress.Segment;

/// <summary>The connection of an audience, after it followed what the events say.</summary>
/// <param name="Connection">As it is now; the bin where the audience may have none.</param>
/// <param name="Before">What was said with its calls before.</param>
internal sealed record FollowedConnection(Connection Connection, CallSettings Before)
{
    /// <summary>Whether the audience may have no connection.</summary>
    public bool IsBeyond => Connection.IsBin;
}

/// <summary>Finds the connections of a request's audiences, creates those that are missing, and lets them follow what the events say.</summary>
internal sealed class Audiences(
    NewAudiences connections, IProjectDirectory directory, SourceClock clock, IOptions<SegmentOptions> options, TimeProvider time, ILogger<Audiences> log)
{
    /// <summary>The connection of each audience, by its number; or a refusal.</summary>
    /// <exception cref="ProjectGoneException">The project was deleted in the meantime.</exception>
    public async Task<OrRefusal<IReadOnlyList<FollowedConnection>>> GetOrCreateAsync(Project project, GatheredEvents events, CancellationToken cancellationToken)
    {
        var audiences = events.Audiences;
        var found = new FollowedConnection[audiences.Count];
        var unknown = new List<GatheredAudience>();
        foreach (var audience in audiences)
        {
            if (connections.TryFind(project.Id, Source.Segment, audience.Key, out var known)) found[audience.Number] = new(known, known.CallSettings);
            else unknown.Add(audience);
        }
        if (options.Value.Provisioning == Provisioning.Known
            && UnknownAudiences.Refuse(project, [.. unknown.Select(a => a.Key)], "Ingest:Segment:Provisioning") is { } refusal) return new(null, refusal);
        foreach (var (number, created) in await CreateAsync(project, unknown, events.ReceivedAt, cancellationToken)) found[number] = created;
        foreach (var audience in audiences)
        {
            var followed = found[audience.Number];
            if (!followed.IsBeyond) found[audience.Number] = followed with { Connection = await FollowAsync(followed.Connection, audience, cancellationToken) };
        }
        return new(found, null);
    }

    /// <summary>The connections of audiences that had none, by their numbers.</summary>
    private async Task<IReadOnlyList<(int Number, FollowedConnection Connection)>> CreateAsync(
        Project project, List<GatheredAudience> unknown, DateTimeOffset receivedAt, CancellationToken cancellationToken)
    {
        var wanted = unknown.ConvertAll(audience => SourceSettings.Create(FeedId.New(time), project, audience, receivedAt));
        var added = await connections.GetOrAddAsync(wanted, cancellationToken);
        var bin = added.Contains(null) ? await connections.GetOrAddBinAsync(project.Id, Source.Segment, cancellationToken) : null;
        var created = new List<(int, FollowedConnection)>(wanted.Count);
        for (var i = 0; i < wanted.Count; i++)
        {
            // not new where another request created it meanwhile
            var isNew = added[i]?.Id == wanted[i].Id;
            if (isNew) Warn(added[i]!);
            created.Add((unknown[i].Number, added[i] is { } one ? new(one, isNew ? CallSettings.Default : one.CallSettings) : new(bin!, CallSettings.Default)));
        }
        return created;
    }

    private async Task<Connection> FollowAsync(Connection connection, GatheredAudience audience, CancellationToken cancellationToken)
    {
        if (!clock.IsNewest(connection.Id.Value, audience.Time) || ReferenceEquals(SourceSettings.Follow(connection, audience), connection)) return connection;
        var changed = await directory.UpdateAsync(connection.Id, c => SourceSettings.Follow(c, audience), cancellationToken);
        if (changed is null) return connection;
        Warn(changed);
        return changed;
    }

    private void Warn(Connection connection)
    {
        if (connection.Warnings.Count > 0) SegmentLog.BadSettings(log, connection.Id.ToString(), connection.ProjectId.ToString(), string.Join("; ", connection.Warnings));
    }
}
