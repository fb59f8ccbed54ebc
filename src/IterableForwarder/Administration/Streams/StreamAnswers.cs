using IterableForwarder.Administration.Connections;
using IterableForwarder.Changes;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Telemetry;

namespace IterableForwarder.Administration.Streams;

/// <summary>Puts together what is shown about streams: their settings, what stops their sides, and the counters of both.</summary>
internal sealed class StreamAnswers(IProjectDirectory directory, IConnectionStatusReader statuses, DeliveryStatistics statistics)
{
    public async Task<StreamAnswer> OfAsync(EventStream stream, CancellationToken cancellationToken) => (await OfAsync([stream], cancellationToken))[0];

    public async Task<IReadOnlyList<StreamAnswer>> OfAsync(IReadOnlyCollection<EventStream> streams, CancellationToken cancellationToken)
    {
        var status = await statuses.ReadAsync([.. streams.SelectMany(s => new[] { s.Id, s.UsersId })], cancellationToken);
        return [.. streams.Select(s => Of(s, status[s.Id], status[s.UsersId]))];
    }

    private StreamAnswer Of(EventStream stream, ConnectionStatus events, ConnectionStatus users)
    {
        var (state, stop) = StateOf(stream);
        return new()
        {
            Id = stream.Id.ToString(),
            ProjectId = stream.ProjectId.ToString(),
            Name = stream.Name,
            Source = SettingsWords.Sources[Source.Amplitude],
            Identifier = new(stream.Identifier.Property, StreamWords.IdentifierTypes[stream.Identifier.Type]),
            Mappings = StreamParts.MappingsOf(stream),
            Events = new(stream.Events.Enabled, StreamParts.IncludeOf(stream), stream.Events.Properties, ConnectionAnswers.Of(events)),
            Users = new(stream.Users.Enabled, stream.Users.Properties, stream.Users.MergeNestedObjects, ConnectionAnswers.Of(users)),
            State = state,
            HoldReason = stop?.Reason,
            HoldDetail = stop?.Detail,
            HeldSince = stop?.Since,
            HeldBy = stop?.By,
            Warnings = directory.TryGet(stream.ProjectId, out var project) && project.Hold is { } hold ? [$"{ConnectionAnswers.ProjectHeld}: {hold.Reason}"] : [],
            Status = ConnectionAnswers.Of(Sum(events, users)),
            Metrics = MetricsAnswer.Of(statistics.Of(stream.Id, stream.UsersId)),
            CreatedAt = stream.CreatedAt,
        };
    }

    private (string State, Stop? Stop) StateOf(EventStream stream)
    {
        var sides = new[] { SideOf(stream.Id), SideOf(stream.UsersId) }.OfType<Connection>().ToList();
        if (sides.Select(s => s.Pause).FirstOrDefault(p => p is not null) is { } pause) return ("paused", pause);
        return sides.Select(s => s.Hold).FirstOrDefault(h => h is not null) is { } hold ? ("held", hold) : ("active", null);
    }

    private Connection? SideOf(ConnectionId id) => directory.TryGet(id, out var side) ? side : null;

    private static ConnectionStatus Sum(ConnectionStatus one, ConnectionStatus other) => new(
        one.Pending + other.Pending,
        Math.Max(one.OldestPendingSeconds, other.OldestPendingSeconds),
        one.Delivered + other.Delivered,
        one.Superseded + other.Superseded,
        one.Dropped + other.Dropped,
        one.Rejected + other.Rejected,
        one.LastDeliveredAt > other.LastDeliveredAt ? one.LastDeliveredAt : other.LastDeliveredAt ?? one.LastDeliveredAt,
        one.LastError ?? other.LastError);
}
