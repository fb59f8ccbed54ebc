using IterableForwarder.Administration.Connections;
using IterableForwarder.Changes;
using IterableForwarder.Delivery;
using IterableForwarder.Delivery.Calls;
using IterableForwarder.Delivery.Dispatch;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration;

/// <summary>The outcomes of a connection or a feed of a stream, its holds, and the reason why the rest waits.</summary>
internal sealed class FlowStatus(IProjectDirectory directory, IEntryJournal journal, DeliveryTools delivery, DeliveryStatistics statistics, TimeProvider time)
{
    /// <summary>The project is held, and with it all its feeds; the reason follows a colon.</summary>
    private const string ProjectHeld = "projectHeld";

    /// <summary>Iterable has answered for fewer members than were sent; the numbers follow a colon, until an operator resumes the feed.</summary>
    private const string CountsShort = "countsShort";

    private static readonly Words<WaitReason> Reasons = new(
        ("hold", WaitReason.Hold), ("projectHold", WaitReason.ProjectHold), ("pause", WaitReason.Pause), ("rateLimit", WaitReason.RateLimit),
        ("backOff", WaitReason.BackOff), ("listCreation", WaitReason.ListCreation), ("takeOver", WaitReason.TakeOver), ("queue", WaitReason.Queue));

    /// <summary>Every reason, in the words of the contract.</summary>
    public static IReadOnlyList<string> ReasonWords => Reasons.All;

    public StatusResponse Of(IFeed feed, FeedStatus status) =>
        ResponseOf(status, WaitOf(feed, status.Pending), statistics.RateOf(feed.Id));

    /// <summary>Of both feeds of a stream.</summary>
    public StatusResponse Of(IReadOnlyList<(StreamFeed Feed, FeedStatus Status)> feeds, FeedStatus sum)
    {
        // what waits for its turn will go; what waits for something else is what somebody looks for
        var waits = feeds.Select(f => WaitOf(f.Feed, f.Status.Pending)).OfType<Waiting>().ToList();
        return ResponseOf(sum, waits.Find(w => w.Reason != WaitReason.Queue) ?? waits.FirstOrDefault(), statistics.RateOf(feeds.Select(f => f.Feed.Id)));
    }

    /// <summary>The warnings of a connection or a stream: that its project is held, what only such a thing warns of, and what its feeds warn of.</summary>
    public IReadOnlyList<string> WarningsOf(ProjectId projectId, IEnumerable<IFeed> feeds, IEnumerable<string> own)
    {
        // a feed of a held project may be in order itself, and sends nothing: operators look for the reason here first
        IEnumerable<string> ofProject = directory.TryGet(projectId, out var project) && project.Hold is { } hold ? [$"{ProjectHeld}: {hold.Reason}"] : [];
        return [.. ofProject, .. own, .. feeds.Select(f => f.Flow.CountsShort).OfType<string>().Select(sentence => $"{CountsShort}: {sentence}")];
    }

    /// <summary>The holds of each that hold anything.</summary>
    public async Task<IReadOnlyDictionary<FeedId, IReadOnlyList<HoldResponse>>> HoldsOfAsync(IReadOnlyCollection<IFeed> feeds, CancellationToken cancellationToken)
    {
        var holds = new Dictionary<FeedId, IReadOnlyList<HoldResponse>>();
        foreach (var feed in feeds) holds[feed.Id] = await HoldsOfAsync(feed, cancellationToken);
        return holds;
    }

    private async Task<IReadOnlyList<HoldResponse>> HoldsOfAsync(IFeed feed, CancellationToken cancellationToken)
    {
        if (feed.Flow.Holds.Count == 0) return [];
        var lists = await journal.ReadPendingListsAsync(feed.Id, cancellationToken);
        return [.. feed.Flow.Holds.Select(hold => HoldResponse.Of(hold, lists.Where(l => hold.Covers(l.TargetOf(feed))).Sum(l => l.Changes))).Where(h => h.Pending > 0)];
    }

    /// <summary>Null when nothing is pending.</summary>
    private Waiting? WaitOf(IFeed feed, long pending)
    {
        if (pending == 0) return null;
        if (feed.Flow.Pause is not null) return new(WaitReason.Pause, null);
        var shown = delivery.Waits.Of(feed.Id, (feed as Connection)?.ListId);
        var isKnown = directory.TryGet(feed.ProjectId, out var project);
        if (isKnown && project!.Hold is { } hold && (hold.Reason != HoldCause.Forbidden || feed is Connection))
            return new(WaitReason.ProjectHold, shown?.Reason == WaitReason.ProjectHold ? shown.Until : null);
        // where a probe fails as well, the next one waits for the back-off
        if (feed.Hold is not null) return new(WaitReason.Hold, shown?.Reason is WaitReason.Hold or WaitReason.BackOff or WaitReason.TakeOver ? shown.Until : null);
        if (isKnown && delivery.Budgets.For(project!).Of(CallKinds.Of(feed.Kind).EndpointClass).AskedWait is { Ticks: > 0 } wait) return new(WaitReason.RateLimit, time.GetUtcNow() + wait);
        return shown ?? new(feed.Flow.Holds.Count > 0 ? WaitReason.Hold : WaitReason.Queue, null);
    }

    private StatusResponse ResponseOf(FeedStatus status, Waiting? wait, double rate) => new()
    {
        Pending = status.Pending,
        OldestPendingSeconds = status.OldestPendingSeconds,
        Delivered = status.Delivered,
        Superseded = status.Superseded,
        Dropped = status.Dropped,
        Rejected = status.Rejected,
        LastDeliveredAt = status.LastDeliveredAt,
        LastError = status.LastError,
        WaitsFor = wait is null ? null : new(Reasons[wait.Reason], wait.Until),
        RatePerSecond = Math.Round(rate, 1),
        EndsAt = rate > 0 && wait is { Reason: WaitReason.Queue or WaitReason.RateLimit or WaitReason.BackOff } ? time.GetUtcNow() + EndsIn(status.Pending, rate) : null,
    };

    private static TimeSpan EndsIn(long pending, double rate) => TimeSpan.FromSeconds(Math.Min(pending / rate, TimeSpan.FromDays(3650).TotalSeconds));
}
