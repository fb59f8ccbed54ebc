using Dapper;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;
using Microsoft.Data.Sqlite;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>The statements about streams. Those that write run inside the writer's transaction.</summary>
internal static class SqliteStreamRows
{
    /// <summary>False when the project is gone.</summary>
    public static bool TryInsert(SqliteSession session, EventStream stream, IReadOnlyList<StreamFeed> feeds) =>
        feeds.All(feed => SqliteSettingsRows.TryInsert(session, feed))
        && session.Execute(
            "INSERT INTO streams (id, users_id, project_id, settings, created_at) VALUES ($1, $2, $3, $4, $5)",
            stream.Id.Value, stream.UsersId.Value, stream.ProjectId.Value, SettingsDocuments.Write(stream), stream.CreatedAt.Millis()) == 1;

    /// <exception cref="StorageUnavailableException">It is not there.</exception>
    public static bool Update(SqliteSession session, EventStream stream) => SqliteSettingsRows.Update(
        session,
        "stream",
        stream.Id.Value,
        "UPDATE streams SET users_id = $2, project_id = $3, settings = $4, created_at = $5 WHERE id = $1",
        stream.Id.Value, stream.UsersId.Value, stream.ProjectId.Value, SettingsDocuments.Write(stream), stream.CreatedAt.Millis());

    /// <summary>False while changes of either feed are pending: then nothing is deleted.</summary>
    /// <exception cref="StorageUnavailableException">The database does not find it, and its copies have it.</exception>
    public static bool TryDelete(SqliteSession session, EventStream stream)
    {
        if (session.Scalar(
            "SELECT 1 FROM entries WHERE connection_id IN ($1, $2) AND state = 0 LIMIT 1", stream.Id.Value, stream.UsersId.Value) is not null) return false;
        SqliteSettingsRows.TryDelete(session, "stream", "streams", stream.Id.Value);
        return SqliteSettingsRows.TryDelete(session, stream.Id) && SqliteSettingsRows.TryDelete(session, stream.UsersId);
    }

    public static IEnumerable<StreamFeed> ReadFeeds(SqliteConnection reader) => reader.Query<Row>(
        """
        SELECT s.id AS Id, s.users_id AS UsersId, s.project_id AS ProjectId, s.settings AS Settings, s.created_at AS CreatedAt,
            events.settings AS Events, users.settings AS Users
        FROM streams s JOIN connections events ON events.id = s.id JOIN connections users ON users.id = s.users_id
        """).SelectMany(row => SqliteSettingsRows.Readable("stream", row.Id, () => FeedsOf(row)));

    private static StreamFeed[] FeedsOf(Row row)
    {
        var stream = SettingsDocuments.Read(new StoredStream(
            new(SqliteForms.ToGuid(row.Id)), new(SqliteForms.ToGuid(row.UsersId)), new(SqliteForms.ToGuid(row.ProjectId)), row.Settings, SqliteForms.ToTime(row.CreatedAt)));
        return
        [
            new(stream, ChangeKind.Event) { Flow = SettingsDocuments.ReadFlow(row.Events) },
            new(stream, ChangeKind.User) { Flow = SettingsDocuments.ReadFlow(row.Users) },
        ];
    }

    private sealed class Row
    {
        public required byte[] Id { get; init; }

        public required byte[] UsersId { get; init; }

        public required byte[] ProjectId { get; init; }

        public required string Settings { get; init; }

        public long CreatedAt { get; init; }

        /// <summary>The document of its events' feed.</summary>
        public required string Events { get; init; }

        /// <summary>The document of its users' feed.</summary>
        public required string Users { get; init; }
    }
}
