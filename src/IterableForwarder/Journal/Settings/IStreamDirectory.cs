using System.Diagnostics.CodeAnalysis;
using IterableForwarder.Changes;

namespace IterableForwarder.Journal.Settings;

/// <summary>
/// The streams, held in memory and written through to the store like the connections that are their sides. Writes throw
/// <see cref="StorageUnavailableException"/>.
/// </summary>
internal interface IStreamDirectory
{
    IReadOnlyCollection<EventStream> Streams { get; }

    /// <param name="id">The stream's own id, which no other side has.</param>
    bool TryGet(FeedId id, [NotNullWhen(true)] out EventStream? stream);

    /// <summary>The stream that the connection is a side of.</summary>
    bool TryGetBySide(FeedId id, [NotNullWhen(true)] out EventStream? stream);

    /// <summary>Adds the stream with both its sides.</summary>
    /// <exception cref="ProjectGoneException">There is no such project, or no longer.</exception>
    Task AddAsync(EventStream stream, CancellationToken cancellationToken);

    /// <summary>
    /// Applies <paramref name="change"/> to the newest state, and with it to the sides. Null when there is no such stream; nothing is
    /// written when the very same record comes back. What was accepted before keeps the mapping it was accepted under.
    /// </summary>
    Task<EventStream?> UpdateAsync(FeedId id, Func<EventStream, EventStream> change, CancellationToken cancellationToken);

    /// <summary>False while changes of either side are pending. Its history goes with it.</summary>
    Task<bool> TryDeleteAsync(FeedId id, CancellationToken cancellationToken);
}
