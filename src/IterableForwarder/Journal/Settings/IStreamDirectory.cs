using System.Diagnostics.CodeAnalysis;
using IterableForwarder.Changes;

namespace IterableForwarder.Journal.Settings;

/// <summary>
/// The streams, held in memory with their feeds and written through to the store. Writes throw
/// <see cref="StorageUnavailableException"/>.
/// </summary>
internal interface IStreamDirectory
{
    IReadOnlyCollection<EventStream> Streams { get; }

    /// <param name="id">The stream's own id, not that of its users' feed.</param>
    bool TryGet(FeedId id, [NotNullWhen(true)] out EventStream? stream);

    /// <summary>Its feeds, with the settings of this record and their flow of now: its events', then its users'. Empty once it is deleted.</summary>
    IReadOnlyList<StreamFeed> FeedsOf(EventStream stream);

    /// <summary>Adds the stream with both its feeds.</summary>
    /// <exception cref="ProjectGoneException">There is no such project, or no longer.</exception>
    Task AddAsync(EventStream stream, CancellationToken cancellationToken);

    /// <summary>
    /// Applies <paramref name="change"/> to the newest state, and with it to its feeds. Null when there is no such stream; nothing is
    /// written when the very same record comes back. What was accepted before keeps the mapping it was accepted under.
    /// </summary>
    Task<EventStream?> UpdateAsync(FeedId id, Func<EventStream, EventStream> change, CancellationToken cancellationToken);

    /// <summary>False while changes of either feed are pending. Its history goes with it.</summary>
    Task<bool> TryDeleteAsync(FeedId id, CancellationToken cancellationToken);
}
