using System.Text.Json;
using Dapper;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;
using Microsoft.Data.Sqlite;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>The statements about the keys created through the API. Those that write run inside the writer's transaction.</summary>
internal static class SqliteKeyRows
{
    public static IReadOnlyList<AccessKey> Read(SqliteConnection reader) =>
    [
        .. reader.Query<Row>(
            "SELECT id AS Id, name AS Name, kind AS Kind, hash AS Hash, hint AS Hint, project_ids AS ProjectIds, created_at AS CreatedAt FROM access_keys")
            .Select(row => row.ToKey()),
    ];

    public static int Insert(SqliteSession session, AccessKey key) => session.Execute(
        "INSERT INTO access_keys (id, name, kind, hash, hint, project_ids, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        key.Id, key.Name, SettingsWords.KeyKinds[key.Kind], key.Hash, key.Hint,
        JsonSerializer.Serialize(key.ProjectIds.Select(p => p.ToString())), key.CreatedAt.Millis());

    /// <exception cref="StorageUnavailableException">The database does not find it, and its copies have it.</exception>
    public static bool TryDelete(SqliteSession session, Guid id) => SqliteSettingsRows.TryDelete(session, "key", "access_keys", id);

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
