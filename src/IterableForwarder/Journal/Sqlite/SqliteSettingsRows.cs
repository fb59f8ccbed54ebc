using System.Text.Json;
using Dapper;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>The statements about projects, connections and the feeds of streams, whose rows are among the connections. Those that write run inside the writer's transaction.</summary>
/// <remarks>An update writes every column: one that it left out, and that is damaged on disk, would be taken over into both copies of the row.</remarks>
internal static class SqliteSettingsRows
{
    /// <summary>Rows of a history cleared in one commit: a long one must not keep accepted batches waiting for their own commit.</summary>
    private const int RowsPerCommit = 500;

    public static int Insert(SqliteSession session, StoredProject stored)
    {
        var project = stored.Project;
        return session.Execute(
            """
            INSERT INTO projects (id, api_key, api_key_hash, segment_secret, settings, hold, created_at, source, key_unverified, events_ignored)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """,
            project.Id.Value, stored.ProtectedKey, Convert.FromHexString(stored.KeyHash), stored.ProtectedSegmentSecret,
            SettingsDocuments.Write(project), SettingsDocuments.Write(project.Hold), project.CreatedAt.Millis(),
            SettingsDocuments.Write(project.Source), project.KeyUnverified ? 1 : 0, project.EventsIgnored ? 1 : 0);
    }

    /// <exception cref="StorageUnavailableException">It is not there.</exception>
    public static bool Update(SqliteSession session, StoredProject stored)
    {
        var project = stored.Project;
        return Update(
            session,
            "project",
            project.Id.Value,
            """
            UPDATE projects SET api_key = $2, api_key_hash = $3, segment_secret = $4, settings = $5, hold = $6, created_at = $7, source = $8,
                key_unverified = $9, events_ignored = $10
            WHERE id = $1
            """,
            project.Id.Value, stored.ProtectedKey, Convert.FromHexString(stored.KeyHash), stored.ProtectedSegmentSecret,
            SettingsDocuments.Write(project), SettingsDocuments.Write(project.Hold), project.CreatedAt.Millis(),
            SettingsDocuments.Write(project.Source), project.KeyUnverified ? 1 : 0, project.EventsIgnored ? 1 : 0);
    }

    /// <summary>False while it has connections.</summary>
    /// <exception cref="StorageUnavailableException">The database does not find it, and its copies have it.</exception>
    public static bool TryDelete(SqliteSession session, ProjectId id)
    {
        if (session.Scalar("SELECT 1 FROM connections WHERE project_id = $1 LIMIT 1", id.Value) is not null) return false;
        TryDelete(session, "project", "projects", id.Value);
        SqliteHolds.Clear(session, id.Value);
        return true;
    }

    /// <summary>False when the project is gone.</summary>
    public static bool TryInsert(SqliteSession session, IFeed feed) => session.Execute(
        """
        INSERT INTO connections (id, project_id, source, audience_id, list_id, settings, created_at)
        SELECT $1, $2, $3, $4, $5, $6, $7 WHERE EXISTS (SELECT 1 FROM projects WHERE id = $2)
        """,
        feed.Id.Value, feed.ProjectId.Value, SettingsWords.Sources[feed.Source],
        (feed as Connection)?.AudienceId, (feed as Connection)?.ListId, SettingsDocuments.Write(feed), feed.CreatedAt.Millis()) == 1;

    /// <exception cref="StorageUnavailableException">It is not there.</exception>
    public static bool Update(SqliteSession session, IFeed feed) => Update(
        session,
        "connection",
        feed.Id.Value,
        "UPDATE connections SET project_id = $2, source = $3, audience_id = $4, list_id = $5, settings = $6, created_at = $7 WHERE id = $1",
        feed.Id.Value, feed.ProjectId.Value, SettingsWords.Sources[feed.Source],
        (feed as Connection)?.AudienceId, (feed as Connection)?.ListId, SettingsDocuments.Write(feed), feed.CreatedAt.Millis());

    /// <summary>
    /// False while changes are pending. The totals stay behind as the mark that a history is still to be cleared, until
    /// <see cref="ClearSomeHistory"/> has taken the last of it: also after a restart.
    /// </summary>
    /// <exception cref="StorageUnavailableException">The database does not find the feed, and its copies have it.</exception>
    public static bool TryDelete(SqliteSession session, FeedId id)
    {
        if (session.Scalar("SELECT 1 FROM entries WHERE connection_id = $1 AND state = 0 LIMIT 1", id.Value) is not null) return false;
        session.Execute(
            "INSERT INTO totals (connection_id, project_id) SELECT id, project_id FROM connections WHERE id = $1 ON CONFLICT DO NOTHING", id.Value);
        TryDelete(session, "connection", "connections", id.Value);
        session.Accepted.ForgetRules();
        SqliteHolds.Clear(session, id.Value);
        return true;
    }

    /// <summary>Clears a chunk of what a deleted feed left. Null until nothing is left; then what its dropped changes took.</summary>
    public static IReadOnlyList<KeptBytes>? ClearSomeHistory(SqliteSession session, FeedId id)
    {
        const string Chunk = "SELECT seq FROM entries WHERE connection_id = $1 ORDER BY latest LIMIT $2";
        SqlitePurging.Note(session, $"e.seq IN ({Chunk})", id.Value, RowsPerCommit);
        if (session.Execute($"DELETE FROM entries WHERE seq IN ({Chunk})", id.Value, RowsPerCommit) == RowsPerCommit) return null;
        if (SqlitePurging.Erase(session) > 0) return null;
        if (session.Execute("DELETE FROM rules WHERE id IN (SELECT id FROM rules WHERE connection_id = $1 LIMIT $2)", id.Value, RowsPerCommit) == RowsPerCommit) return null;
        if (session.Execute("DELETE FROM answers WHERE scope = $1 AND key IN (SELECT key FROM answers WHERE scope = $1 LIMIT $2)", id.Value, RowsPerCommit) == RowsPerCommit) return null;
        var freed = ReadDroppedBytes(session, id.Value);
        session.Execute("DELETE FROM totals WHERE connection_id = $1", id.Value);
        return freed;
    }

    private static bool IsWritten(SqliteSession session, string sql, params ReadOnlySpan<SqliteValue> arguments)
    {
        try
        {
            return session.Execute(sql, arguments) == 1;
        }
        catch (SqliteException e) when (e.SqliteExtendedErrorCode == raw.SQLITE_CONSTRAINT_TRIGGER)
        {
            // the index led to a row with another id, of which there is no copy
            return false;
        }
    }

    private static StorageUnavailableException NotFound(string what, Guid id) => new(
        $"The database does not find the stored settings of {what} {id:N} any more. A start of the service restores them from their copies.");

    private static IReadOnlyList<KeptBytes> ReadDroppedBytes(SqliteSession session, Guid connection)
    {
        using var row = session.Query("SELECT project_id, dropped_bytes FROM totals WHERE connection_id = $1", connection);
        return row.Read() ? [new(new ProjectId(row.GetGuid(0)), row.GetInt64(1))] : [];
    }

    /// <summary>Without their secrets in clear.</summary>
    public static IReadOnlyList<StoredProject> ReadProjects(SqliteConnection reader) => reader.Query<ProjectRow>(
        """
        SELECT id AS Id, api_key AS ApiKey, api_key_hash AS ApiKeyHash, segment_secret AS SegmentSecret, settings AS Settings, hold AS Hold,
            created_at AS CreatedAt, source AS Source, key_unverified AS KeyUnverified, events_ignored AS EventsIgnored
        FROM projects
        """).Select(row => Readable("project", row.Id, row.ToProject)).ToList();

    public static IEnumerable<Connection> ReadConnections(SqliteConnection reader) => reader.Query<ConnectionRow>(
        """
        SELECT id AS Id, project_id AS ProjectId, source AS Source, audience_id AS AudienceId, list_id AS ListId,
            settings AS Settings, created_at AS CreatedAt
        FROM connections WHERE id NOT IN (SELECT id FROM streams UNION ALL SELECT users_id FROM streams)
        """, buffered: false).Select(row => Readable("connection", row.Id, row.ToConnection));

    /// <summary>Feeds that are gone and whose history is still there.</summary>
    public static IReadOnlyList<FeedId> ReadLeftOvers(SqliteConnection reader) => reader.Query<byte[]>(
        "SELECT connection_id FROM totals WHERE connection_id NOT IN (SELECT id FROM connections)")
        .Select(blob => new FeedId(SqliteForms.ToGuid(blob))).ToList();

    /// <summary>Runs an update of the row of one thing.</summary>
    /// <exception cref="StorageUnavailableException">
    /// No row was changed, or one with a damaged id: a change of what the service knows would be gone with the next start.
    /// </exception>
    public static bool Update(SqliteSession session, string what, Guid id, string sql, params ReadOnlySpan<SqliteValue> arguments) =>
        IsWritten(session, sql, arguments) ? true : throw NotFound(what, id);

    /// <summary>Deletes the row of one thing. False where it is gone already.</summary>
    /// <exception cref="StorageUnavailableException">It is there, and was not found: it would come back with the next start.</exception>
    public static bool TryDelete(SqliteSession session, string what, string table, Guid id)
    {
        if (IsWritten(session, $"DELETE FROM {table} WHERE id = $1", id)) return true;
        var copy = session.Scalar($"SELECT 1 FROM {table}_copy_1 WHERE id = $1 UNION ALL SELECT 1 FROM {table}_copy_2 WHERE id = $1", id);
        return copy is null ? false : throw NotFound(what, id);
    }

    /// <exception cref="StorageUnavailableException">What is stored of it is not what a version of the service has written. The message names it.</exception>
    public static T Readable<T>(string what, byte[] id, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or ArgumentException)
        {
            throw new StorageUnavailableException(
                $"The stored settings of {what} {SqliteForms.ToGuid(id):N} cannot be read: {e.Message} Restore the database from a backup, or use the version that has written it.", e);
        }
    }

    private sealed class ProjectRow
    {
        public required byte[] Id { get; init; }

        public required string ApiKey { get; init; }

        public required byte[] ApiKeyHash { get; init; }

        public required string Settings { get; init; }

        public string? SegmentSecret { get; init; }

        public string? Hold { get; init; }

        public long CreatedAt { get; init; }

        public string? Source { get; init; }

        public bool KeyUnverified { get; init; }

        public bool EventsIgnored { get; init; }

        public StoredProject ToProject()
        {
            var project = new Project(SettingsDocuments.ReadProject(Settings))
            {
                Id = new ProjectId(SqliteForms.ToGuid(Id)),
                ApiKey = "",
                Hold = SettingsDocuments.ReadHold(Hold),
                Source = SettingsDocuments.ReadSource(Source),
                KeyUnverified = KeyUnverified,
                EventsIgnored = EventsIgnored,
                CreatedAt = SqliteForms.ToTime(CreatedAt),
            };
            return new(project, Convert.ToHexString(ApiKeyHash), ApiKey, SegmentSecret);
        }
    }

    private sealed class ConnectionRow
    {
        public required byte[] Id { get; init; }

        public required byte[] ProjectId { get; init; }

        public required string Source { get; init; }

        public string? AudienceId { get; init; }

        public long? ListId { get; init; }

        public required string Settings { get; init; }

        public long CreatedAt { get; init; }

        public Connection ToConnection() => SettingsDocuments.Read(new StoredConnection(
            new(SqliteForms.ToGuid(Id)), new(SqliteForms.ToGuid(ProjectId)), SettingsWords.Sources.Parse(Source), AudienceId, ListId, Settings, SqliteForms.ToTime(CreatedAt)));
    }
}
