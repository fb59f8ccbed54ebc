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

    /// <summary>Null where it is gone, or its connection is.</summary>
    Task<KeptEntry?> FindEntryAsync(long seq, CancellationToken cancellationToken);

    /// <summary>Why a change was not delivered; null where it is gone.</summary>
    Task<Undelivered?> FindUndeliveredAsync(ChangePlace place, CancellationToken cancellationToken);

    /// <summary>The counters of those of the connections that anything is known about.</summary>
    Task<IReadOnlyList<ConnectionCounts>> ReadCountsAsync(IReadOnlyCollection<FeedId> ids, CancellationToken cancellationToken);

    /// <inheritdoc cref="IConnectionStatusReader.ReadOldestPendingAsync"/>
    Task<IReadOnlyList<(FeedId Connection, DateTimeOffset Since)>> ReadOldestPendingAsync(CancellationToken cancellationToken);
}

/// <summary>The counters of a connection, in changes.</summary>
internal sealed record ConnectionCounts(FeedId Connection, long Received, long Delivered, long Superseded, long Dropped, long Rejected)
{
    public DateTimeOffset? LastDeliveredAt { get; init; }

    public string? LastError { get; init; }

    /// <summary>When the oldest pending change was received.</summary>
    public DateTimeOffset? OldestPending { get; init; }

    public ConnectionStatus StatusAt(DateTimeOffset now) => new(
        Received - Delivered - Superseded - Dropped - Rejected,
        OldestPending is { } oldest ? Math.Max(0, (now - oldest).TotalMilliseconds) / 1000.0 : 0,
        Delivered,
        Superseded,
        Dropped,
        Rejected,
        LastDeliveredAt,
        LastError);
}
