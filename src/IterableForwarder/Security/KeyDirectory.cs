using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using IterableForwarder.Journal.Settings;
using Microsoft.Extensions.Options;

namespace IterableForwarder.Security;

/// <summary>Every key there is: those of the configuration and those created through the API.</summary>
internal sealed class KeyDirectory
{
    private readonly FrozenDictionary<string, ClaimsPrincipal> _configured;
    private readonly IAccessKeyStore _store;

    /// <summary>Created once for each key of the store, and gone with it.</summary>
    private readonly ConditionalWeakTable<AccessKey, ClaimsPrincipal> _created = [];

    public KeyDirectory(IOptions<AccessOptions> options, IAccessKeyStore store, IHostEnvironment environment)
    {
        _store = store;
        _configured = Read(options.Value).GroupBy(k => k.Hash).ToFrozenDictionary(k => k.Key, k => CallerOf([.. k.Select(p => p.Kind)]), StringComparer.Ordinal);
        IsOpen = environment.IsDevelopment() && options.Value.IsEmpty;
    }

    /// <summary>No key is configured and the environment is Development: whoever calls from this machine may do everything.</summary>
    public bool IsOpen { get; }

    /// <summary>Null for a key that is unknown or revoked. All requests with a key share the caller: nobody changes it.</summary>
    public ClaimsPrincipal? Find(ReadOnlySpan<char> key)
    {
        var hash = KeyHash.Of(key);
        if (_configured.TryGetValue(hash, out var caller)) return caller;
        return _store.TryGetByHash(hash, out var created) ? _created.GetValue(created, static m => Caller.Of(m.Name, [m.Kind], m.ProjectIds)) : null;
    }

    private static IEnumerable<(string Hash, KeyKind Kind)> Read(AccessOptions options) =>
    [
        .. Hashes(options.OperatorKeys).Select(hash => (hash, KeyKind.Operator)),
        .. Hashes(options.IngestKeys).Select(hash => (hash, KeyKind.Ingest)),
        .. Hashes(options.MetricsKeys).Select(hash => (hash, KeyKind.Metrics)),
    ];

    private static IEnumerable<string> Hashes(IEnumerable<string> keys)
    {
        foreach (var key in keys)
        {
            if (KeyHash.TryRead(key, out var hash) is null) yield return hash;
        }
    }

    private static ClaimsPrincipal CallerOf(IReadOnlyList<KeyKind> kinds) =>
        Caller.Of($"configured {SettingsWords.KeyKinds[kinds[0]]} key", kinds, []);
}
