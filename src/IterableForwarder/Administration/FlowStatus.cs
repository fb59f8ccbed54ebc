using IterableForwarder.Administration.Connections;
using IterableForwarder.Changes;
using IterableForwarder.Delivery;
using IterableForwarder.Delivery.Calls;
using IterableForwarder.Delivery.Dispatch;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration;

/// <summary>Says of a connection or a side of a stream what became of its changes, what is held, and what the rest waits for.</summary>
internal sealed class FlowStatus(IProjectDirectory directory, IEntryJournal journal, DeliveryTools delivery, DeliveryStatistics statistics, TimeProvider time)
{
    private static readonly Words<WaitReason> Reasons = new(
        ("hold", WaitReason.Hold), ("projectHold", WaitReason.ProjectHold), ("pause", WaitReason.Pause), ("rateLimit", WaitReason.RateLimit),
        ("backOff", WaitReason.BackOff), ("listCreation", WaitReason.ListCreation), ("takeOver", WaitReason.TakeOver), ("queue", WaitReason.Queue));

    /// <summary>Every reason, in the words of the contract.</summary>
    public static IReadOnlyList<string> ReasonWords => Reasons.All;

    public StatusAnswer Of(Connection connection, ConnectionStatus status) =>
        Answer(status, WaitOf(connection, status.Pending), statistics.RateOf(connection.Id));

    /// <summary>Of both sides of a stream.</summary>
    public StatusAnswer Of(IReadOnlyList<(Connection Side, ConnectionStatus Status)> sides, ConnectionStatus sum)
    {
        // what waits for its turn will go; what waits for something else is what somebody looks for
        var waits = sides.Select(s => WaitOf(s.Side, s.Status.Pending)).OfType<Waiting>().ToList();
        return Answer(sum, waits.Find(w => w.Reason != WaitReason.Queue) ?? waits.FirstOrDefault(), statistics.RateOf(sides.Select(s => s.Side.Id)));
    }

    /// <summary>The holds of each that hold anything.</summary>
    public async Task<IReadOnlyDictionary<FeedId, IReadOnlyList<HoldAnswer>>> HoldsOfAsync(IReadOnlyCollection<Connection> connections, CancellationToken cancellationToken)
    {
        var holds = new Dictionary<FeedId, IReadOnlyList<HoldAnswer>>();
        foreach (var connection in connections) holds[connection.Id] = await HoldsOfAsync(connection, cancellationToken);
        return holds;
    }

    private async Task<IReadOnlyList<HoldAnswer>> HoldsOfAsync(Connection connection, CancellationToken cancellationToken)
    {
        if (connection.Holds.Count == 0) return [];
        var lists = await journal.ReadPendingListsAsync(connection.Id, cancellationToken);
        return [.. connection.Holds.Select(hold => HoldAnswer.Of(hold, lists.Where(l => hold.Covers(l.TargetOf(connection))).Sum(l => l.Changes))).Where(h => h.Pending > 0)];
    }

    /// <summary>Null when nothing is pending.</summary>
    private Waiting? WaitOf(Connection connection, long pending)
    {
        if (pending == 0) return null;
        if (connection.Pause is not null) return new(WaitReason.Pause, null);
        var shown = delivery.Waits.Of(connection.Id, connection.ListId);
        var isKnown = directory.TryGet(connection.ProjectId, out var project);
        if (isKnown && project!.Hold is { } hold && (hold.Reason != Stop.Forbidden || connection.IsOfAudience))
            return new(WaitReason.ProjectHold, shown?.Reason == WaitReason.ProjectHold ? shown.Until : null);
        if (connection.Hold is not null) return new(WaitReason.Hold, shown?.Reason == WaitReason.Hold ? shown.Until : null);
        if (isKnown && delivery.Budgets.For(project!).Of(CallKinds.Of(connection.Kind).EndpointClass).AskedWait is { Ticks: > 0 } wait) return new(WaitReason.RateLimit, time.GetUtcNow() + wait);
        return shown ?? new(connection.Holds.Count > 0 ? WaitReason.Hold : WaitReason.Queue, null);
    }

    private StatusAnswer Answer(ConnectionStatus status, Waiting? wait, double rate) => new()
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
