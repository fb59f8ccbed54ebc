using IterableForwarder.Administration.Connections;
using IterableForwarder.Delivery;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration.Streams;

/// <summary>Puts together what is shown about streams: their settings, the holds of their feeds, and the counters of both.</summary>
internal sealed class StreamResponses(
    IProjectDirectory directory, IStreamDirectory streamDirectory, IFeedStatusReader statuses, DeliveryStatistics statistics, FlowStatus flow)
{
    public async Task<StreamResponse> OfAsync(EventStream stream, CancellationToken cancellationToken) => (await OfAsync([stream], cancellationToken))[0];

    public async Task<IReadOnlyList<StreamResponse>> OfAsync(IReadOnlyCollection<EventStream> streams, CancellationToken cancellationToken)
    {
        var status = await statuses.ReadAsync([.. streams.SelectMany(s => s.FeedIds)], cancellationToken);
        var holds = await flow.HoldsOfAsync([.. streams.SelectMany(FeedsOf)], cancellationToken);
        return [.. streams.Select(s => Of(s, status[s.Id], status[s.UsersId], [.. FeedsOf(s).SelectMany(feed => holds[feed.Id])]))];
    }

    /// <summary>The streams that pass every filter.</summary>
    public IEnumerable<EventStream> Filter(IEnumerable<EventStream> all, StreamQuery query) => all.Where(s =>
        (query.ProjectId is null || s.ProjectId.ToString() == query.ProjectId)
        && (query.Source is null || query.Source == SettingsWords.Sources[Source.Amplitude])
        && query.Name.IsIn(s.Name)
        && query.State.IsState(StateOf(s))
        && query.Warning.IsAmong(WarningsOf(s)));

    private StreamResponse Of(EventStream stream, FeedStatus events, FeedStatus users, IReadOnlyList<HoldResponse> holds)
    {
        var state = StateOf(stream);
        var feeds = FeedsOf(stream).Zip([events, users]).ToList();
        return new(stream)
        {
            Id = stream.Id.ToString(),
            Source = SettingsWords.Sources[Source.Amplitude],
            Events = new(stream.Events) { Status = flow.Of([.. feeds.Take(1)], events) },
            Users = new(stream.Users) { Status = flow.Of([.. feeds.Skip(1)], users) },
            State = state.Word,
            HeldAt = state.HeldAt,
            HoldReason = state.Cause?.Reason,
            HoldDetail = state.Cause?.Detail,
            HeldSince = state.Cause?.Since,
            HeldBy = state.Cause?.By,
            Holds = holds,
            Warnings = WarningsOf(stream),
            Status = flow.Of(feeds, Sum(events, users)),
            Metrics = MetricsResponse.Of(statistics.Of(stream.FeedIds)),
            CreatedAt = stream.CreatedAt,
        };
    }

    private ShownState StateOf(EventStream stream) => ShownState.OfStream(
        FeedsOf(stream), directory.TryGet(stream.ProjectId, out var project) ? project : null);

    private IReadOnlyList<string> WarningsOf(EventStream stream) => flow.WarningsOf(stream.ProjectId, FeedsOf(stream), []);

    private IReadOnlyList<StreamFeed> FeedsOf(EventStream stream) => streamDirectory.FeedsOf(stream);

    private static FeedStatus Sum(FeedStatus one, FeedStatus other) => new(
        one.Pending + other.Pending,
        Math.Max(one.OldestPendingSeconds, other.OldestPendingSeconds),
        one.Delivered + other.Delivered,
        one.Superseded + other.Superseded,
        one.Dropped + other.Dropped,
        one.Rejected + other.Rejected,
        one.LastDeliveredAt > other.LastDeliveredAt ? one.LastDeliveredAt : other.LastDeliveredAt ?? one.LastDeliveredAt,
        one.LastError ?? other.LastError);
}
