using IterableForwarder.Changes;

namespace IterableForwarder.Journal.Entries;

/// <summary>
/// What an engine does for the journal. Every write returns only once it is on disk, is applied whole or not at all, and is visible to
/// every read that begins after it. Every member throws <see cref="StorageUnavailableException"/> when the store cannot be used.
/// </summary>
internal interface IEntryStore
{
    /// <summary>Stores the body of a chunk, invisible until it is accepted. Returns its number.</summary>
    Task<long> StageAsync(ProjectId project, Chunk chunk);

    /// <summary>Removes staged bodies; those that were accepted after all, by a commit that was reported as failed, stay.</summary>
    Task DiscardAsync(IReadOnlyList<long> staged);

    /// <summary>Removes what the process before had staged. Returns how many.</summary>
    Task<int> ClearStagedAsync();

    /// <summary>The wall clock was set back: has all that was accepted so far count as received at a time at the latest.</summary>
    Task RecordClockStepAsync(DateTimeOffset at);

    /// <summary>Reads when the clock was set back. Where the newest entries are later than now, it was set back once more, and that is recorded.</summary>
    /// <returns>Whether it was.</returns>
    Task<bool> LoadClockStepsAsync();

    /// <summary>Accepts all batches of one request with its keys, or nothing when one of the keys is known.</summary>
    /// <param name="batches">What it brings.</param>
    /// <param name="idempotencyKey">Of the request as a whole.</param>
    /// <param name="messages">Of its messages.</param>
    /// <param name="committed">
    /// Called in the order of commits once it is on disk, also where the caller was told that its commit had failed. Must return at once.
    /// </param>
    /// <exception cref="FeedGoneException">One of the feeds is not there.</exception>
    Task<Acceptance> AcceptAsync(IReadOnlyList<NewBatch> batches, IdempotencyKey? idempotencyKey, MessageDeduplication? messages, Action committed);

    /// <summary>Writes what became of changes, in the order of calls. Entries that are gone, with their feed, are passed over.</summary>
    /// <param name="settlements">The whole state of each entry.</param>
    /// <param name="committed">Called with what is settled that was not before, as in <see cref="AcceptAsync"/>.</param>
    Task SettleAsync(IReadOnlyList<EntrySettlement> settlements, Action<SettledChanges> committed);

    /// <summary>As <see cref="IEntryJournal.MovePendingAsync"/>.</summary>
    Task<PendingStep> MovePendingAsync(FeedId feed, PendingMove move);

    /// <summary>As <see cref="IEntryJournal.DiscardPendingAsync"/>.</summary>
    /// <param name="feed">Whose changes they are.</param>
    /// <param name="discard">Which of them.</param>
    /// <param name="committed">Called with what is discarded, as in <see cref="AcceptAsync"/>.</param>
    Task<PendingStep> DiscardPendingAsync(FeedId feed, PendingDiscard discard, Action<SettledChanges> committed);

    Task<IReadOnlyList<PendingOfList>> ReadPendingListsAsync(FeedId feed, CancellationToken cancellationToken);

    Task RecordErrorAsync(ProjectId project, FeedId feed, string? error);

    Task<Acceptance?> FindRepeatAsync(IdempotencyKey idempotencyKey, CancellationToken cancellationToken);

    Task<IReadOnlyList<RepeatedMessage>> FindRepeatsAsync(MessageDeduplication messages, CancellationToken cancellationToken);

    /// <summary>As <see cref="IEntryJournal.ReadPendingAsync"/>, but no more than 256 entries at once.</summary>
    Task<PendingEntries> ReadPendingAsync(FeedId feed, PendingList list, long after, ReadLimit limit, CancellationToken cancellationToken);

    Task<IReadOnlyList<(ProjectId Project, FeedId Feed)>> ReadBacklogAsync(CancellationToken cancellationToken);

    Task<long?> ReadLatestAsync(FeedId feed, SliceBounds slice, long time, CancellationToken cancellationToken);

    IAsyncEnumerable<PendingEntry> ReadLaterAsync(
        FeedId feed, SliceBounds slice, long time, IReadOnlySet<ulong> fingerprints, CancellationToken cancellationToken);

    /// <summary>Walks over what the feed has.</summary>
    IAsyncEnumerable<PendingEntry> ReadNewerAsync(
        FeedId feed, long seq, ChangeOrigin origin, IReadOnlySet<ulong> fingerprints, CancellationToken cancellationToken);

    /// <summary>Of the entries with these numbers, those of the feed that are at the origin or behind it or hold a change of a later time.</summary>
    Task<IReadOnlyList<PendingEntry>> ReadNewerAsync(
        FeedId feed, IReadOnlyList<long> entries, ChangeOrigin origin, CancellationToken cancellationToken);
}
