using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress.Segment;

/// <summary>The connection of an audience, after it followed what the events say.</summary>
/// <param name="Connection">As it is now.</param>
/// <param name="Before">What was said with its calls before.</param>
internal sealed record FollowedConnection(Connection Connection, CallSettings Before);

/// <summary>Finds the connections of a request's audiences, makes those that are missing, and lets them follow what the events say.</summary>
internal sealed class Audiences(IProjectDirectory directory, SourceClock clock, TimeProvider time, ILogger<Audiences> log)
{
    /// <summary>The connection of each audience, by its number.</summary>
    /// <exception cref="ProjectGoneException">The project was deleted in the meantime.</exception>
    public async Task<IReadOnlyList<FollowedConnection>> FindOrMakeAsync(Project project, GatheredEvents events, CancellationToken cancellationToken)
    {
        var audiences = events.Audiences;
        var connections = new FollowedConnection[audiences.Count];
        foreach (var audience in audiences)
        {
            var (connection, isNew) = directory.TryGetByAudience(project.Id, Source.Segment, audience.Key, out var known)
                ? (known, false)
                : await MakeAsync(project, audience, events.ReceivedAt, cancellationToken);
            var before = isNew ? CallSettings.Default : connection.CallSettings;
            connections[audience.Number] = new(await FollowAsync(connection, audience, cancellationToken), before);
        }
        return connections;
    }

    /// <summary>Not new where another request has made it meanwhile.</summary>
    private async Task<(Connection Connection, bool IsNew)> MakeAsync(Project project, GatheredAudience audience, DateTimeOffset receivedAt, CancellationToken cancellationToken)
    {
        var connection = SourceSettings.Make(FeedId.New(time), project, audience, receivedAt);
        var made = await directory.GetOrAddAsync(connection, cancellationToken);
        if (made.Id != connection.Id) return (made, false);
        IngressMessages.ConnectionMade(log, made.Id.ToString(), project.Id.ToString());
        Warn(made);
        return (made, true);
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
