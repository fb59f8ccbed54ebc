using IterableForwarder.Changes;

namespace IterableForwarder.Journal;

/// <summary>
/// What a feed owes and what became of the rest, in changes. Everything ever received is
/// <c>Delivered + Superseded + Dropped + Rejected + Pending</c>.
/// </summary>
/// <param name="OldestPendingSeconds">How long the oldest pending change has waited; 0 when none does.</param>
/// <param name="LastError">Iterable's code or a transport fault, since the last success.</param>
internal sealed record FeedStatus(
    long Pending,
    double OldestPendingSeconds,
    long Delivered,
    long Superseded,
    long Dropped,
    long Rejected,
    DateTimeOffset? LastDeliveredAt,
    string? LastError)
{
    /// <summary>Of a feed that nothing ever came for.</summary>
    public static FeedStatus None { get; } = new(0, 0, 0, 0, 0, 0, null, null);
}

/// <summary>Reads the counters of feeds, all as of one moment, and how long their changes have waited.</summary>
internal interface IFeedStatusReader
{
    /// <summary>A status for each id asked for, <see cref="FeedStatus.None"/> for one that nothing is known about.</summary>
    /// <exception cref="StorageUnavailableException">The store cannot be read.</exception>
    Task<IReadOnlyDictionary<FeedId, FeedStatus>> ReadAsync(IReadOnlyCollection<FeedId> ids, CancellationToken cancellationToken);

    /// <summary>When the oldest pending change of each feed that has any was received.</summary>
    /// <exception cref="StorageUnavailableException">The store cannot be read.</exception>
    Task<IReadOnlyList<(FeedId Feed, DateTimeOffset Since)>> ReadOldestPendingAsync(CancellationToken cancellationToken);
}
