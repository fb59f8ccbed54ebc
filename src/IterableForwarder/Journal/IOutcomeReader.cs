using IterableForwarder.Changes;
using IterableForwarder.Mapping;

namespace IterableForwarder.Journal;

/// <summary>
/// What became of whatever was accepted: by batch, by what was not delivered, and by person. Every member throws
/// <see cref="StorageUnavailableException"/> when the store cannot be read.
/// </summary>
internal interface IOutcomeReader
{
    /// <summary>Null where there is no such batch, or no longer.</summary>
    Task<BatchAccount?> FindAsync(BatchId id, CancellationToken cancellationToken);

    /// <summary>The newest first; those older than <paramref name="after"/> where that is given.</summary>
    Task<IReadOnlyList<BatchAccount>> ListAsync(BatchFilter filter, BatchId? after, int limit, CancellationToken cancellationToken);

    /// <summary>The changes of a batch that were not delivered, by position.</summary>
    /// <param name="id">The batch.</param>
    /// <param name="outcome">Dropped or rejected; null for both.</param>
    /// <param name="afterIndex">Those behind this position; -1 for all.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<UndeliveredChange>> ReadUndeliveredAsync(
        BatchId id, Outcome? outcome, long afterIndex, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// The entries that hold any change which was not delivered, so that it can be sent again: in order of acceptance, those of a batch
    /// one after the other. One at a time is in memory.
    /// </summary>
    IAsyncEnumerable<UndeliveredEntry> WalkUndeliveredAsync(UndeliveredFilter filter, CancellationToken cancellationToken);

    /// <summary>
    /// What is kept of a person, over all connections, without a walk over everything that is kept: the changes before
    /// <paramref name="before"/>, the newest first, at most <paramref name="limit"/> of them.
    /// </summary>
    Task<IReadOnlyList<FoundChange>> SearchAsync(WantedMember who, ChangePlace before, int limit, CancellationToken cancellationToken);
}
