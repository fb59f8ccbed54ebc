namespace IterableForwarder.Journal;

/// <summary>The store of an engine as a whole.</summary>
internal interface IStore
{
    /// <summary>What an operator knows it by: a file, or a server and a database. Never a secret.</summary>
    string Name { get; }

    /// <summary>Brings the schema up to date, and takes writes from then on. May be called again after it has failed.</summary>
    /// <exception cref="StorageUnavailableException">It cannot be opened; the message says why.</exception>
    Task OpenAsync(CancellationToken cancellationToken);

    /// <summary>Returns once the store has shown that it can be written.</summary>
    /// <exception cref="StorageUnavailableException">It cannot be written; the message says why.</exception>
    Task AnswerAsync();
}
