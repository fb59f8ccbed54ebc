using IterableForwarder.Changes;

namespace IterableForwarder.Journal.Settings;

/// <summary>
/// What an engine does for the settings: it keeps projects, connections, streams and keys, and the history of holds and pauses. Every
/// write returns once it is on disk, and is applied whole or not at all. Every member throws <see cref="StorageUnavailableException"/>
/// when the store cannot be used.
/// </summary>
internal interface ISettingsStore
{
    /// <summary>All projects, with their secrets still encrypted.</summary>
    Task<IReadOnlyList<StoredProject>> ReadProjectsAsync(CancellationToken cancellationToken);

    IAsyncEnumerable<Connection> ReadConnectionsAsync(CancellationToken cancellationToken);

    /// <summary>The feeds of all streams, each with its stream.</summary>
    IAsyncEnumerable<StreamFeed> ReadStreamFeedsAsync(CancellationToken cancellationToken);

    Task<IReadOnlyList<AccessKey>> ReadKeysAsync(CancellationToken cancellationToken);

    Task InsertAsync(StoredProject project);

    /// <param name="holds">What begins or ends with it.</param>
    Task UpdateAsync(StoredProject project, IReadOnlyList<HoldChange> holds);

    /// <summary>False, with nothing deleted, while it has connections. Its history goes with it.</summary>
    Task<bool> TryDeleteAsync(ProjectId id);

    /// <summary>Adds connections of one project in one commit. False, with nothing stored, where the project is gone.</summary>
    Task<bool> TryInsertAsync(IReadOnlyList<Connection> connections);

    /// <summary>Writes a connection, or the flow of a stream's feed.</summary>
    /// <param name="feed">As it is to be.</param>
    /// <param name="holds">What begins or ends with it.</param>
    Task UpdateAsync(IFeed feed, IReadOnlyList<HoldChange> holds);

    /// <summary>False, with nothing deleted, while changes are pending. What else it leaves is cleared by <see cref="ClearHistoryAsync"/>.</summary>
    Task<bool> TryDeleteAsync(FeedId id);

    /// <summary>Feeds that are deleted and have left something to be cleared.</summary>
    Task<IReadOnlyList<FeedId>> ReadLeftOversAsync(CancellationToken cancellationToken);

    /// <summary>Clears what a deleted feed left, a little at a time, so that accepted batches never wait long for it.</summary>
    Task ClearHistoryAsync(FeedId id);

    /// <summary>Adds the stream with its feeds. False, with nothing stored, where the project is gone.</summary>
    Task<bool> TryInsertAsync(EventStream stream, IReadOnlyList<StreamFeed> feeds);

    /// <summary>Writes what the stream says; the flow of its feeds stays.</summary>
    Task UpdateAsync(EventStream stream);

    /// <summary>False, with nothing deleted, while changes of either feed are pending.</summary>
    Task<bool> TryDeleteAsync(EventStream stream);

    Task InsertAsync(AccessKey key);

    /// <summary>False where there is no such key.</summary>
    Task<bool> TryDeleteKeyAsync(Guid id);

    /// <summary>The reasons of what has not ended by the history.</summary>
    Task<IReadOnlyDictionary<(Guid Thing, HoldKind Kind, long? ListId), string>> ReadLastingHoldsAsync(CancellationToken cancellationToken);

    Task<IReadOnlyList<PastHold>> ReadPastHoldsAsync(HoldFilter filter, long before, int limit, CancellationToken cancellationToken);

    Task RecordAsync(IReadOnlyList<HoldChange> holds);
}
