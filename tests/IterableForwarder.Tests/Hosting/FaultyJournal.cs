using IterableForwarder.Changes;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;

namespace IterableForwarder.Tests.Hosting;

/// <summary>A journal whose next operations fail, each as often as a test asks for: reads because the store is away, writes in an unknown way.</summary>
internal sealed class FaultyJournal(IEntryJournal inner) : IEntryJournal
{
    private int _backlogFaults;
    private int _pendingFaults;
    private int _settleFaults;

    public event Action<AcceptedBatch>? Accepted
    {
        add => inner.Accepted += value;
        remove => inner.Accepted -= value;
    }

    /// <summary>Called while pending entries are being read.</summary>
    public Action? WhileReading { get; set; }

    /// <summary>Waited for before anything is accepted.</summary>
    public Func<IReadOnlyList<NewBatch>, Task>? BeforeAccepting { get; set; }

    /// <summary>How often the backlog has been asked for.</summary>
    public int BacklogReads { get; private set; }

    public void Fail(int backlog = 0, int pending = 0, int settle = 0) => (_backlogFaults, _pendingFaults, _settleFaults) = (backlog, pending, settle);

    public Task<Chunk> StageAsync(ProjectId project, Chunk chunk) => inner.StageAsync(project, chunk);

    public Task DiscardAsync(IReadOnlyList<Chunk> chunks) => inner.DiscardAsync(chunks);

    public async Task<Acceptance> AcceptAsync(IReadOnlyList<NewBatch> batches, IdempotencyKey? idempotencyKey, MessageDeduplication? messages = null)
    {
        if (BeforeAccepting is { } before) await before(batches);
        return await inner.AcceptAsync(batches, idempotencyKey, messages);
    }

    public Task SettleAsync(IReadOnlyList<EntrySettlement> settlements)
    {
        if (IsDue(ref _settleFaults)) throw new InvalidOperationException("A fault asked for.");
        return inner.SettleAsync(settlements);
    }

    public Task<PendingStep> MovePendingAsync(FeedId feed, PendingMove move) => inner.MovePendingAsync(feed, move);

    public Task<PendingStep> DiscardPendingAsync(FeedId feed, PendingDiscard discard) => inner.DiscardPendingAsync(feed, discard);

    public Task<IReadOnlyList<PendingOfList>> ReadPendingListsAsync(FeedId feed, CancellationToken cancellationToken) =>
        inner.ReadPendingListsAsync(feed, cancellationToken);

    public Task RecordErrorAsync(ProjectId project, FeedId feed, string? error) => inner.RecordErrorAsync(project, feed, error);

    public Task<Acceptance?> FindRepeatAsync(IdempotencyKey idempotencyKey, CancellationToken cancellationToken) => inner.FindRepeatAsync(idempotencyKey, cancellationToken);

    public Task<IReadOnlyList<RepeatedMessage>> FindRepeatsAsync(MessageDeduplication messages, CancellationToken cancellationToken) =>
        inner.FindRepeatsAsync(messages, cancellationToken);

    public Task<PendingEntries> ReadPendingAsync(FeedId feed, PendingList list, long after, ReadLimit limit, CancellationToken cancellationToken)
    {
        if (IsDue(ref _pendingFaults)) throw new StorageUnavailableException("A fault asked for.");
        WhileReading?.Invoke();
        return inner.ReadPendingAsync(feed, list, after, limit, cancellationToken);
    }

    public Task<IReadOnlyList<(ProjectId Project, FeedId Feed)>> ReadBacklogAsync(CancellationToken cancellationToken)
    {
        BacklogReads++;
        if (IsDue(ref _backlogFaults)) throw new StorageUnavailableException("A fault asked for.");
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

    private static bool IsDue(ref int faults) => Interlocked.Decrement(ref faults) >= 0;
}
