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

    /// <summary>The streams that pass every filter.</summary>
    public IEnumerable<EventStream> Filter(IEnumerable<EventStream> all, StreamQuery query) => all.Where(s =>
        (query.ProjectId is null || s.ProjectId.ToString() == query.ProjectId)
        && (query.Source is null || query.Source == SettingsWords.Sources[Source.Amplitude])
        && query.Name.IsIn(s.Name)
        && query.State.IsState(StateOf(s))
        && query.Warning.IsAmong(WarningsOf(s)));

    private StreamAnswer Of(EventStream stream, ConnectionStatus events, ConnectionStatus users)
    {
        var state = StateOf(stream);
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
            State = state.Word,
            HeldAt = state.HeldAt,
            HoldReason = state.Stop?.Reason,
            HoldDetail = state.Stop?.Detail,
            HeldSince = state.Stop?.Since,
            HeldBy = state.Stop?.By,
            Warnings = WarningsOf(stream),
            Status = ConnectionAnswers.Of(Sum(events, users)),
            Metrics = MetricsAnswer.Of(statistics.Of(stream.Id, stream.UsersId)),
            CreatedAt = stream.CreatedAt,
        };
    }

    private ShownState StateOf(EventStream stream) => ShownState.OfStream(
        [.. new[] { SideOf(stream.Id), SideOf(stream.UsersId) }.OfType<Connection>()], directory.TryGet(stream.ProjectId, out var project) ? project : null);

    private IReadOnlyList<string> WarningsOf(EventStream stream) =>
        directory.TryGet(stream.ProjectId, out var project) && project.Hold is { } hold ? [$"{ConnectionAnswers.ProjectHeld}: {hold.Reason}"] : [];

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
