namespace IterableForwarder.Journal;

/// <summary>Asks whether the store can be used.</summary>
internal interface IStoreProbe
{
    /// <summary>Returns once the schema stands and the store has answered.</summary>
    /// <exception cref="StorageUnavailableException">It cannot be used; the message says why.</exception>
    Task CheckAsync(CancellationToken cancellationToken);
}
