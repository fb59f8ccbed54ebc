using System.Diagnostics.CodeAnalysis;

namespace IterableForwarder.Journal.Settings;

/// <summary>The keys created through the API. Reads are immediate and see every write that has returned.</summary>
internal interface IAccessKeyStore
{
    IReadOnlyCollection<AccessKey> All { get; }

    bool TryGet(Guid id, [NotNullWhen(true)] out AccessKey? key);

    /// <param name="hash">SHA-256 of the key, as hexadecimal digits in capitals.</param>
    bool TryGetByHash(string hash, [NotNullWhen(true)] out AccessKey? key);

    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    Task AddAsync(AccessKey key, CancellationToken cancellationToken);

    /// <summary>False when there is no such key. A key that is gone opens nothing from the moment this returns.</summary>
    Task<bool> TryRemoveAsync(Guid id, CancellationToken cancellationToken);
}
