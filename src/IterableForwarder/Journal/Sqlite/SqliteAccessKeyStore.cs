using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Dapper;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>The keys made through the API, in memory and in SQLite.</summary>
internal sealed class SqliteAccessKeyStore(SqliteDatabase database, SqliteWriter writer) : IAccessKeyStore, IJournalPart
{
    private readonly ConcurrentDictionary<Guid, AccessKey> _keys = [];
    private readonly ConcurrentDictionary<string, AccessKey> _byHash = new(StringComparer.Ordinal);

    public IReadOnlyCollection<AccessKey> All => [.. _keys.Select(k => k.Value)];

    public bool TryGet(Guid id, [NotNullWhen(true)] out AccessKey? key) => _keys.TryGetValue(id, out key);

    public bool TryGetByHash(string hash, [NotNullWhen(true)] out AccessKey? key) => _byHash.TryGetValue(hash, out key);

    public Task LoadAsync(CancellationToken cancellationToken)
    {
        var rows = database.Read(session => session.Connection.Query<Row>(
            "SELECT id AS Id, name AS Name, kind AS Kind, hash AS Hash, hint AS Hint, project_ids AS ProjectIds, created_at AS CreatedAt FROM access_keys"));
        foreach (var row in rows) Put(row.ToKey());
        return Task.CompletedTask;
    }

    public async Task AddAsync(AccessKey key, CancellationToken cancellationToken)
    {
        var projects = JsonSerializer.Serialize(key.ProjectIds.Select(p => p.ToString()));
        await writer.WriteAsync(session => session.Execute(
            "INSERT INTO access_keys (id, name, kind, hash, hint, project_ids, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            key.Id.Blob(), key.Name, SettingsWords.KeyKinds[key.Kind], key.Hash, key.Hint, projects, key.CreatedAt.Millis()));
        Put(key);
    }

    public async Task<bool> TryRemoveAsync(Guid id, CancellationToken cancellationToken)
    {
        var rows = await writer.WriteAsync(session => session.Execute("DELETE FROM access_keys WHERE id = $1", id.Blob()));
        if (_keys.TryRemove(id, out var key)) _byHash.TryRemove(Convert.ToHexString(key.Hash), out _);
        return rows == 1;
    }

    private void Put(AccessKey key)
    {
        _keys[key.Id] = key;
        _byHash[Convert.ToHexString(key.Hash)] = key;
    }

    private sealed class Row
    {
        public required byte[] Id { get; init; }

        public required string Name { get; init; }

        public required string Kind { get; init; }

        public required byte[] Hash { get; init; }

        public required string Hint { get; init; }

        public required string ProjectIds { get; init; }

        public long CreatedAt { get; init; }

        public AccessKey ToKey() => new(
            SqliteForms.ToGuid(Id), Name, SettingsWords.KeyKinds.Parse(Kind), Hash, Hint,
            [.. JsonSerializer.Deserialize<string[]>(ProjectIds)!.Select(p => new ProjectId(OpaqueId.Parse(p)))],
            SqliteForms.ToTime(CreatedAt));
    }
}
