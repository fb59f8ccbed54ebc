using IterableForwarder.Changes;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;

namespace IterableForwarder.CrashHost;

/// <summary>The journal with the steps before and after its writes; those inside are <see cref="CrashingTransactions"/>.</summary>
internal sealed class CrashingJournal(IEntryJournal inner, Crash crash, Quota quota) : IEntryJournal
{
    public event Action<AcceptedBatch>? Accepted
    {
        add => inner.Accepted += value;
        remove => inner.Accepted -= value;
    }

    public async Task<Piece> StageAsync(ProjectId project, Piece piece)
    {
        crash.Pass(Step.BeforeStage);
        quota.Apply();
        var staged = await inner.StageAsync(project, piece);
        crash.Pass(Step.Staged);
        return staged;
    }

    public Task DiscardAsync(IReadOnlyList<Piece> pieces) => inner.DiscardAsync(pieces);

    public async Task<Acceptance> AcceptAsync(IReadOnlyList<NewBatch> batches, RepeatGuard? guard, MessageGuards? messages = null)
    {
        crash.Pass(Step.BeforeAccept);
        quota.Apply();
        var acceptance = await inner.AcceptAsync(batches, guard, messages);
        crash.Pass(Step.Accepted);
        return acceptance;
    }

    public async Task SettleAsync(IReadOnlyList<EntrySettlement> settlements)
    {
        crash.Pass(Step.BeforeSettle);
        quota.Apply();
        await inner.SettleAsync(settlements);
        crash.Pass(Step.Settled);
    }

    public Task<PendingStep> MovePendingAsync(ConnectionId connection, PendingMove move) => inner.MovePendingAsync(connection, move);

    public Task<PendingStep> DiscardPendingAsync(ConnectionId connection, PendingDiscard discard) => inner.DiscardPendingAsync(connection, discard);

    public IReadOnlyList<PendingOfList> ReadPendingLists(ConnectionId connection) => inner.ReadPendingLists(connection);

    public Task RecordErrorAsync(ProjectId project, ConnectionId connection, string? error)
    {
        quota.Apply();
        return inner.RecordErrorAsync(project, connection, error);
    }

    public PendingEntries ReadPending(ConnectionId connection, OwedList list, long after, ReadLimit limit)
    {
        crash.Pass(Step.Read);
        return inner.ReadPending(connection, list, after, limit);
    }

    public IReadOnlyList<(ProjectId Project, ConnectionId Connection)> ReadBacklog()
    {
        crash.Pass(Step.Backlog);
        return inner.ReadBacklog();
    }

    public long? ReadLatest(ConnectionId connection, SliceBounds slice, long time) => inner.ReadLatest(connection, slice, time);

    public IEnumerable<PendingEntry> ReadLater(ConnectionId connection, SliceBounds slice, long time, IReadOnlySet<ulong> fingerprints) =>
        inner.ReadLater(connection, slice, time, fingerprints);

    public IEnumerable<PendingEntry> ReadNewer(ConnectionId connection, long seq, ChangeOrigin origin, IReadOnlySet<ulong> fingerprints) =>
        inner.ReadNewer(connection, seq, origin, fingerprints);
}
