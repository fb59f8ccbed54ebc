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

    public async Task<Chunk> StageAsync(ProjectId project, Chunk chunk)
    {
        crash.Pass(Step.BeforeStage);
        quota.Apply();
        var staged = await inner.StageAsync(project, chunk);
        crash.Pass(Step.Staged);
        return staged;
    }

    public Task DiscardAsync(IReadOnlyList<Chunk> chunks) => inner.DiscardAsync(chunks);

    public async Task<Acceptance> AcceptAsync(IReadOnlyList<NewBatch> batches, IdempotencyKey? idempotencyKey, MessageDeduplication? messages = null)
    {
        crash.Pass(Step.BeforeAccept);
        quota.Apply();
        var acceptance = await inner.AcceptAsync(batches, idempotencyKey, messages);
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

    public Task<PendingStep> MovePendingAsync(FeedId feed, PendingMove move) => inner.MovePendingAsync(feed, move);

    public Task<PendingStep> DiscardPendingAsync(FeedId feed, PendingDiscard discard) => inner.DiscardPendingAsync(feed, discard);

    public Task<IReadOnlyList<PendingOfList>> ReadPendingListsAsync(FeedId feed, CancellationToken cancellationToken) =>
        inner.ReadPendingListsAsync(feed, cancellationToken);

    public Task RecordErrorAsync(ProjectId project, FeedId feed, string? error)
    {
        quota.Apply();
        return inner.RecordErrorAsync(project, feed, error);
    }

    public Task<Acceptance?> FindRepeatAsync(IdempotencyKey idempotencyKey, CancellationToken cancellationToken) => inner.FindRepeatAsync(idempotencyKey, cancellationToken);

    public Task<IReadOnlyList<RepeatedMessage>> FindRepeatsAsync(MessageDeduplication messages, CancellationToken cancellationToken) =>
        inner.FindRepeatsAsync(messages, cancellationToken);

    public Task<PendingEntries> ReadPendingAsync(FeedId feed, PendingList list, long after, ReadLimit limit, CancellationToken cancellationToken)
    {
        crash.Pass(Step.Read);
        return inner.ReadPendingAsync(feed, list, after, limit, cancellationToken);
    }

    public Task<IReadOnlyList<(ProjectId Project, FeedId Feed)>> ReadBacklogAsync(CancellationToken cancellationToken)
    {
        crash.Pass(Step.Backlog);
        return inner.ReadBacklogAsync(cancellationToken);
    }

    public Task<long?> ReadLatestAsync(FeedId feed, SliceBounds slice, long time, CancellationToken cancellationToken) =>
        inner.ReadLatestAsync(feed, slice, time, cancellationToken);

    public IAsyncEnumerable<PendingEntry> ReadLaterAsync(
        FeedId feed, SliceBounds slice, long time, IReadOnlySet<ulong> fingerprints, CancellationToken cancellationToken) =>
        inner.ReadLaterAsync(feed, slice, time, fingerprints, cancellationToken);

    public IAsyncEnumerable<PendingEntry> ReadNewerAsync(
        FeedId feed, long seq, ChangeOrigin origin, IReadOnlySet<ulong> fingerprints, CancellationToken cancellationToken) =>
        inner.ReadNewerAsync(feed, seq, origin, fingerprints, cancellationToken);
}
