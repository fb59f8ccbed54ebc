using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;

namespace IterableForwarder.Journal;

/// <summary>
/// The journal of what was accepted. Every write returns only once it is on disk, and is applied whole or not at all. Every member
/// throws <see cref="StorageUnavailableException"/> when the store cannot be used.
/// </summary>
internal interface IEntryJournal
{
    /// <summary>Stores the body of a chunk before its batch is accepted; invisible until then, and cleared at the next start.</summary>
    Task<Chunk> StageAsync(ProjectId project, Chunk chunk);

    /// <summary>Removes bodies that were staged for a request which is not accepted.</summary>
    Task DiscardAsync(IReadOnlyList<Chunk> chunks);

    /// <summary>Accepts all batches of one request, or none.</summary>
    /// <param name="batches">What it brought.</param>
    /// <param name="idempotencyKey">Keeps the request as a whole from being accepted twice; null for none.</param>
    /// <param name="messages">Keep its messages from being done twice, however they are grouped; null for none.</param>
    /// <exception cref="FeedGoneException">One of the feeds is not there.</exception>
    Task<Acceptance> AcceptAsync(IReadOnlyList<NewBatch> batches, IdempotencyKey? idempotencyKey, MessageDeduplication? messages = null);

    /// <summary>Writes what became of changes, in the order of calls.</summary>
    Task SettleAsync(IReadOnlyList<EntrySettlement> settlements);

    /// <summary>
    /// Gives some of what is pending to another list, in one commit of bounded length; the caller goes on until it was the last. Nothing
    /// may be on its way to Iterable for the feed meanwhile.
    /// </summary>
    Task<PendingStep> MovePendingAsync(FeedId feed, PendingMove move);

    /// <summary>Drops some of what is pending as <see cref="Reasons.Discarded"/>, likewise. It does not read the changes themselves.</summary>
    Task<PendingStep> DiscardPendingAsync(FeedId feed, PendingDiscard discard);

    /// <summary>The pending changes of the feed, list by list.</summary>
    Task<IReadOnlyList<PendingOfList>> ReadPendingListsAsync(FeedId feed, CancellationToken cancellationToken);

    /// <summary>Keeps what last went wrong on a feed, for its status.</summary>
    Task RecordErrorAsync(ProjectId project, FeedId feed, string? error);

    /// <summary>
    /// What was accepted under this key before; null for nothing. Only the answer of <see cref="AcceptAsync"/> counts in the end: a
    /// repetition may just be on its way.
    /// </summary>
    Task<Acceptance?> FindRepeatAsync(IdempotencyKey idempotencyKey, CancellationToken cancellationToken);

    /// <summary>The messages whose ids have been accepted within their window.</summary>
    Task<IReadOnlyList<RepeatedMessage>> FindRepeatsAsync(MessageDeduplication messages, CancellationToken cancellationToken);

    /// <summary>
    /// Pending entries of a feed for one list behind <paramref name="after"/>, in order of acceptance, until the limit is reached, and at
    /// least one. An entry never appears before one with a lower number that is not visible yet.
    /// </summary>
    Task<PendingEntries> ReadPendingAsync(FeedId feed, PendingList list, long after, ReadLimit limit, CancellationToken cancellationToken);

    /// <summary>The feeds that have anything pending, with their projects.</summary>
    Task<IReadOnlyList<(ProjectId Project, FeedId Feed)>> ReadBacklogAsync(CancellationToken cancellationToken);

    /// <summary>
    /// The latest time (Unix milliseconds) of all that the feed has beside a slice: of every kept entry that was accepted before
    /// the slice's last and does not belong to it, settled or not. Null where none is later than <paramref name="time"/>.
    /// </summary>
    Task<long?> ReadLatestAsync(FeedId feed, SliceBounds slice, long time, CancellationToken cancellationToken);

    /// <summary>
    /// Every entry beside a slice, as in <see cref="ReadLatestAsync"/>, that holds a change later than <paramref name="time"/> and a member
    /// with one of the fingerprints; in order of acceptance.
    /// </summary>
    IAsyncEnumerable<PendingEntry> ReadLaterAsync(
        FeedId feed, SliceBounds slice, long time, IReadOnlySet<ulong> fingerprints, CancellationToken cancellationToken);

    /// <summary>
    /// Every kept entry of the feed, settled or not, that was accepted before <paramref name="seq"/>, is at
    /// <paramref name="origin"/> or behind it or holds a change of a later time, and holds a member with one of the fingerprints; in no order.
    /// </summary>
    IAsyncEnumerable<PendingEntry> ReadNewerAsync(
        FeedId feed, long seq, ChangeOrigin origin, IReadOnlySet<ulong> fingerprints, CancellationToken cancellationToken);

    /// <summary>Tells of what has just been accepted. Handlers must return at once.</summary>
    event Action<AcceptedBatch>? Accepted;
}

/// <summary>What has just been accepted for a feed.</summary>
/// <param name="Project">Whose feed it is.</param>
/// <param name="Feed">The feed.</param>
/// <param name="Rule">What it was accepted under.</param>
/// <param name="Changes">How many changes it holds, dropped ones among them.</param>
internal readonly record struct AcceptedBatch(ProjectId Project, FeedId Feed, EntryRule Rule, long Changes);
