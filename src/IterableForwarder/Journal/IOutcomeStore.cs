using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;

namespace IterableForwarder.Journal;

/// <summary>
/// What an engine does for the ledger: it reads entries and what became of them. Every answer is as of one moment, so that its numbers
/// agree. Every member throws <see cref="StorageUnavailableException"/> when the store cannot be read.
/// </summary>
internal interface IOutcomeStore
{
    Task<BatchAccount?> FindAsync(BatchId id, CancellationToken cancellationToken);

    /// <param name="filter">Which batches.</param>
    /// <param name="entries">The entries that may be the first of a batch of the filter's source id; null where it names none.</param>
    /// <param name="after">Those older than this one.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<BatchAccount>> ListAsync(
        BatchFilter filter, IReadOnlyList<long>? entries, BatchId? after, int limit, CancellationToken cancellationToken);

    /// <inheritdoc cref="ILedger.ReadUndeliveredAsync"/>
    Task<IReadOnlyList<UndeliveredChange>> ReadUndeliveredAsync(
        BatchId id, Outcome? outcome, long afterIndex, int limit, CancellationToken cancellationToken);

    /// <inheritdoc cref="ILedger.WalkUndeliveredAsync"/>
    IAsyncEnumerable<UndeliveredEntry> WalkUndeliveredAsync(UndeliveredFilter filter, CancellationToken cancellationToken);

    /// <summary>Null where it is gone, or its feed is.</summary>
    Task<KeptEntry?> FindEntryAsync(long seq, CancellationToken cancellationToken);

    /// <summary>Why a change was not delivered; null where it is gone.</summary>
    Task<Undelivered?> FindUndeliveredAsync(ChangePlace place, CancellationToken cancellationToken);

    /// <summary>The counters of those of the feeds that anything is known about.</summary>
    Task<IReadOnlyList<FeedCounts>> ReadCountsAsync(IReadOnlyCollection<FeedId> ids, CancellationToken cancellationToken);

    /// <inheritdoc cref="IFeedStatusReader.ReadOldestPendingAsync"/>
    Task<IReadOnlyList<(FeedId Feed, DateTimeOffset Since)>> ReadOldestPendingAsync(CancellationToken cancellationToken);
}

/// <summary>The counters of a feed, in changes.</summary>
internal sealed record FeedCounts(FeedId Feed, long Received, long Delivered, long Superseded, long Dropped, long Rejected)
{
    public DateTimeOffset? LastDeliveredAt { get; init; }

    public string? LastError { get; init; }

    /// <summary>When the oldest pending change was received.</summary>
    public DateTimeOffset? OldestPending { get; init; }

    public FeedStatus StatusAt(DateTimeOffset now) => new(
        Received - Delivered - Superseded - Dropped - Rejected,
        OldestPending is { } oldest ? Math.Max(0, (now - oldest).TotalMilliseconds) / 1000.0 : 0,
        Delivered,
        Superseded,
        Dropped,
        Rejected,
        LastDeliveredAt,
        LastError);
}
