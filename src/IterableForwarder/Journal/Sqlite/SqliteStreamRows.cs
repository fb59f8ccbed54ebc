using Dapper;
using IterableForwarder.Journal.Settings;
using Microsoft.Data.Sqlite;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>The statements about streams. Those that write run inside the writer's transaction.</summary>
internal static class SqliteStreamRows
{
    /// <summary>False when the project is gone.</summary>
    public static bool TryInsert(SqliteSession session, EventStream stream, IReadOnlyList<Connection> sides) =>
        sides.All(side => SqliteSettingsRows.TryInsert(session, side))
        && session.Execute(
            "INSERT INTO streams (id, users_id, project_id, settings, created_at) VALUES ($1, $2, $3, $4, $5)",
            stream.Id.Value.Blob(), stream.UsersId.Value.Blob(), stream.ProjectId.Value.Blob(), SettingsDocuments.Write(stream), stream.CreatedAt.Millis()) == 1;

    public static int Update(SqliteSession session, EventStream stream, IEnumerable<Connection> sides) =>
        session.Execute("UPDATE streams SET settings = $2 WHERE id = $1", stream.Id.Value.Blob(), SettingsDocuments.Write(stream))
        + sides.Sum(side => SqliteSettingsRows.Update(session, side));

    /// <summary>False while changes of either side are pending: then nothing is deleted.</summary>
    public static bool TryDelete(SqliteSession session, EventStream stream)
    {
        if (session.Scalar(
            "SELECT 1 FROM entries WHERE connection_id IN ($1, $2) AND state = 0 LIMIT 1", stream.Id.Value.Blob(), stream.UsersId.Value.Blob()) is not null) return false;
        session.Execute("DELETE FROM streams WHERE id = $1", stream.Id.Value.Blob());
        return SqliteSettingsRows.TryDelete(session, stream.Id) && SqliteSettingsRows.TryDelete(session, stream.UsersId);
    }

    public static IEnumerable<EventStream> Read(SqliteConnection reader) => reader.Query<Row>(
        "SELECT id AS Id, users_id AS UsersId, project_id AS ProjectId, settings AS Settings, created_at AS CreatedAt FROM streams").Select(Read);

    private static EventStream Read(Row row) => SettingsDocuments.Read(new StoredStream(
        new(SqliteForms.ToGuid(row.Id)), new(SqliteForms.ToGuid(row.UsersId)), new(SqliteForms.ToGuid(row.ProjectId)), row.Settings, SqliteForms.ToTime(row.CreatedAt)));

    private sealed class Row
    {
        public required byte[] Id { get; init; }

        public required byte[] UsersId { get; init; }

        public required byte[] ProjectId { get; init; }

        public required string Settings { get; init; }

        public long CreatedAt { get; init; }
    }
}
