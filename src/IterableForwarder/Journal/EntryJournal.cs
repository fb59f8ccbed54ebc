using System.Runtime.CompilerServices;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Limits;
using IterableForwarder.Journal.MemberIndex;

namespace IterableForwarder.Journal;

/// <summary>The journal over the store of an engine: what may come in, who is told of it, and how much is read at once.</summary>
internal sealed class EntryJournal(IEntryStore store, IndexedMembers index, PendingCounts counts, PendingLimits limits, ClockGuard clock, ILogger<EntryJournal> log)
    : IEntryJournal, IJournalPart
{
    /// <summary>
    /// Up to so many fingerprints are looked up in the index of members, at some 5 µs for each and each of its segments: for ten million
    /// pairs 12 ms. For more, it is quicker to walk over what the feed has.
    /// </summary>
    private const int MaxLookedUp = 64;

    public event Action<AcceptedBatch>? Accepted;

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await clock.LoadAsync();
        if (await store.ClearStagedAsync() is > 0 and var cleared) JournalLog.ClearedLeftOvers(log, cleared);
    }

    public async Task<Chunk> StageAsync(ProjectId project, Chunk chunk) =>
        chunk with { StagedAs = await store.StageAsync(project, chunk), Changes = default, Members = default, Origins = default };

    /// <summary>Each in a commit of its own, as a body is long.</summary>
    public async Task DiscardAsync(IReadOnlyList<Chunk> chunks)
    {
        foreach (var chunk in chunks)
        {
            if (chunk.StagedAs is { } staged) await store.DiscardAsync([staged]);
        }
    }

    public async Task<Acceptance> AcceptAsync(IReadOnlyList<NewBatch> batches, IdempotencyKey? idempotencyKey, MessageDeduplication? messages = null)
    {
        batches = await clock.CorrectAsync(batches);
        var changes = AcceptedChanges.Of(batches);
        if (limits.Reserve(changes) is { } exceeded) return await FindRepetitionAsync(idempotencyKey, messages) ?? throw new CapacityExceededException(limits.Refuse(exceeded));
        Acceptance acceptance;
        using (var reservation = new Reservation(counts, changes)) acceptance = await store.AcceptAsync(batches, idempotencyKey, messages, reservation.Commit);
        // also for a repetition: the first commit may be stored although it was reported as failed, and then nobody has heard of it
        foreach (var batch in batches) Accepted?.Invoke(new(batch.ProjectId, batch.FeedId, batch.Rule, batch.Received));
        return acceptance;
    }

    public Task SettleAsync(IReadOnlyList<EntrySettlement> settlements) => store.SettleAsync(settlements, counts.Settle);

    public Task<PendingStep> MovePendingAsync(FeedId feed, PendingMove move) => store.MovePendingAsync(feed, move);

    public Task<PendingStep> DiscardPendingAsync(FeedId feed, PendingDiscard discard) => store.DiscardPendingAsync(feed, discard, counts.Settle);

    public Task<IReadOnlyList<PendingOfList>> ReadPendingListsAsync(FeedId feed, CancellationToken cancellationToken) =>
        store.ReadPendingListsAsync(feed, cancellationToken);

    public Task RecordErrorAsync(ProjectId project, FeedId feed, string? error) => store.RecordErrorAsync(project, feed, error);

    public Task<Acceptance?> FindRepeatAsync(IdempotencyKey idempotencyKey, CancellationToken cancellationToken) => store.FindRepeatAsync(idempotencyKey, cancellationToken);

    public Task<IReadOnlyList<RepeatedMessage>> FindRepeatsAsync(MessageDeduplication messages, CancellationToken cancellationToken) =>
        store.FindRepeatsAsync(messages, cancellationToken);

    public async Task<PendingEntries> ReadPendingAsync(FeedId feed, PendingList list, long after, ReadLimit limit, CancellationToken cancellationToken)
    {
        var first = await store.ReadPendingAsync(feed, list, after, limit, cancellationToken);
        var left = limit.Without(first.Entries);
        if (!first.IsLimited || left.IsReached) return first;
        var entries = new List<PendingEntry>(first.Entries);
        while (true)
        {
            var next = await store.ReadPendingAsync(feed, list, entries[^1].Seq, left, cancellationToken);
            entries.AddRange(next.Entries);
            left = left.Without(next.Entries);
            if (!next.IsLimited || left.IsReached) return new(entries, next.IsLimited);
        }
    }

    public Task<IReadOnlyList<(ProjectId Project, FeedId Feed)>> ReadBacklogAsync(CancellationToken cancellationToken) =>
        store.ReadBacklogAsync(cancellationToken);

    public Task<long?> ReadLatestAsync(FeedId feed, SliceBounds slice, long time, CancellationToken cancellationToken) =>
        store.ReadLatestAsync(feed, slice, time, cancellationToken);

    public IAsyncEnumerable<PendingEntry> ReadLaterAsync(
        FeedId feed, SliceBounds slice, long time, IReadOnlySet<ulong> fingerprints, CancellationToken cancellationToken) =>
        store.ReadLaterAsync(feed, slice, time, fingerprints, cancellationToken);

    public IAsyncEnumerable<PendingEntry> ReadNewerAsync(
        FeedId feed, long seq, ChangeOrigin origin, IReadOnlySet<ulong> fingerprints, CancellationToken cancellationToken) =>
        fingerprints.Count <= MaxLookedUp
            ? LookUpNewerAsync(feed, seq, origin, fingerprints, cancellationToken)
            : store.ReadNewerAsync(feed, seq, origin, fingerprints, cancellationToken);

    private async IAsyncEnumerable<PendingEntry> LookUpNewerAsync(
        FeedId feed, long seq, ChangeOrigin origin, IReadOnlySet<ulong> fingerprints, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var candidate in index.FindAsync([.. fingerprints], seq - 1, cancellationToken))
        {
            foreach (var entry in await store.ReadNewerAsync(feed, [candidate], origin, cancellationToken)) yield return entry;
        }
    }

    /// <summary>A repetition brings nothing new: it gets its first answer however full it is.</summary>
    private async Task<Acceptance?> FindRepetitionAsync(IdempotencyKey? idempotencyKey, MessageDeduplication? messages)
    {
        if (idempotencyKey is not null && await store.FindRepeatAsync(idempotencyKey, CancellationToken.None) is { } earlier) return earlier;
        return messages is not null && await store.FindRepeatsAsync(messages, CancellationToken.None) is { Count: > 0 } repeated
            ? new(AcceptanceKind.MessagesRepeated, null, 0) { Repeated = repeated }
            : null;
    }
}
