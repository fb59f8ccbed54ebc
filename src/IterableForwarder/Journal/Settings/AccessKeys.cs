using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace IterableForwarder.Journal.Settings;

/// <summary>The keys created through the API, in memory and in the store.</summary>
internal sealed class AccessKeys(ISettingsStore store) : IAccessKeyStore, IJournalPart
{
    private readonly ConcurrentDictionary<Guid, AccessKey> _keys = [];
    private readonly ConcurrentDictionary<string, AccessKey> _byHash = new(StringComparer.Ordinal);

    public IReadOnlyCollection<AccessKey> All => [.. _keys.Select(k => k.Value)];

    public bool TryGet(Guid id, [NotNullWhen(true)] out AccessKey? key) => _keys.TryGetValue(id, out key);

    public bool TryGetByHash(string hash, [NotNullWhen(true)] out AccessKey? key) => _byHash.TryGetValue(hash, out key);

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        foreach (var key in await store.ReadKeysAsync(cancellationToken)) Put(key);
    }

    public async Task AddAsync(AccessKey key, CancellationToken cancellationToken)
    {
        await store.InsertAsync(key);
        Put(key);
    }

    public async Task<bool> TryRemoveAsync(Guid id, CancellationToken cancellationToken)
    {
        var isRemoved = await store.TryDeleteKeyAsync(id);
        if (_keys.TryRemove(id, out var key)) _byHash.TryRemove(Convert.ToHexString(key.Hash), out _);
        return isRemoved;
    }

    private void Put(AccessKey key)
    {
        _keys[key.Id] = key;
        _byHash[Convert.ToHexString(key.Hash)] = key;
    }
}
