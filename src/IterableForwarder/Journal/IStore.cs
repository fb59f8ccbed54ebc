namespace IterableForwarder.Journal;

/// <summary>The store of an engine as a whole.</summary>
internal interface IStore
{
    /// <summary>What an operator knows it by: a file, or a server and a database. Never a secret.</summary>
    string Name { get; }

    /// <summary>
    /// Keeps the store for this process, where it takes one process at a time. Whoever starts the service asks for it before anything else, so that
    /// nothing has begun where it is refused. <see cref="OpenAsync"/> does it too.
    /// </summary>
    /// <exception cref="StoreInUseException">Another process uses it.</exception>
    /// <exception cref="StorageUnavailableException">It cannot be had; the message says why.</exception>
    Task LockAsync(CancellationToken cancellationToken);

    /// <summary>Brings the schema up to date, and takes writes from then on. May be called again after it has failed.</summary>
    /// <exception cref="StorageUnavailableException">It cannot be opened; the message says why.</exception>
    /// <exception cref="StoreInUseException">Another process uses it.</exception>
    Task OpenAsync(CancellationToken cancellationToken);

    /// <summary>Returns once the store has shown that it can be written.</summary>
    /// <exception cref="StorageUnavailableException">It cannot be written; the message says why.</exception>
    Task AnswerAsync();
}
