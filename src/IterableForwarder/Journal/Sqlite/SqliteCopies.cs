using Dapper;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>
/// Compares settings and totals with their two copies, which triggers of the database keep, and restores what two of the three say. One row that a
/// broken disk has changed would feed another list, keep the whole service from starting, or leave an account that never adds up.
/// </summary>
internal sealed class SqliteCopies(SqliteDatabase database, ILogger<SqliteCopies> log)
{
    private static readonly CopiedTable[] Tables =
    [
        new("projects", "id", "settings of project"),
        new("connections", "id", "settings of connection"),
        new("streams", "id", "settings of stream"),
        new("access_keys", "id", "settings of key"),
        new("totals", "connection_id", "totals of connection"),
    ];

    /// <summary>Call it before anything of them is read, while nothing else writes.</summary>
    /// <exception cref="StorageUnavailableException">Of a row, no two of the three agree. The message names it; nothing is changed.</exception>
    /// <exception cref="SqliteException">The database cannot be read or written.</exception>
    public void Restore()
    {
        using var connection = database.OpenWriter();
        foreach (var table in Tables)
        {
            if (!IsWhole(connection, table)) Restore(connection, table);
        }
    }

    /// <summary>The indexes are compared with their tables as well: a row that an index does not lead to would not be changed any more.</summary>
    /// <remarks>With 120,000 connections it takes some two seconds; sets of whole rows, as <see cref="Restore(SqliteConnection, CopiedTable)"/> makes them, took 16.</remarks>
    private static bool IsWhole(SqliteConnection connection, CopiedTable table)
    {
        if (!table.Places.All(place => IsSound(connection, place))) return false;
        var columns = ColumnsOf(connection, table);
        var equal = connection.ExecuteScalar<long>(
            $"""
            SELECT count(*) FROM {table.Name} t JOIN {table.Name}_copy_1 a ON a.{table.Key} = t.{table.Key} JOIN {table.Name}_copy_2 b ON b.{table.Key} = t.{table.Key}
            WHERE {Row("t")} IS {Row("a")} AND {Row("t")} IS {Row("b")}
            """);
        return table.Places.All(place => connection.ExecuteScalar<long>($"SELECT count(*) FROM {place}") == equal);

        string Row(string name) => $"({string.Join(", ", columns.Select(column => $"{name}.{column}"))})";
    }

    /// <summary>Whether the pages of a table and of its indexes are in order, whatever the values in them are.</summary>
    private static bool IsSound(SqliteConnection connection, string place) =>
        IsUndamaged(() => connection.ExecuteScalar<string>($"PRAGMA integrity_check({place})") == "ok");

    /// <summary>All three are written anew: where an index or a page is damaged, no row can be deleted or added by itself.</summary>
    private void Restore(SqliteConnection connection, CopiedTable table)
    {
        // asked first: a transaction that has come upon a damaged page takes no write any more
        var sound = table.Places.Where(place => IsSound(connection, place)).ToList();
        var readable = Enumerable.Range(0, table.Places.Count).Where(place => IsReadable(connection, table.Places[place])).ToList();
        if (readable.Count < 2) throw new StorageUnavailableException($"The table {table.Name} and its copies are damaged. Restore the database from a backup.");
        var columns = string.Join(", ", ColumnsOf(connection, table));
        using var transaction = connection.BeginTransaction();
        for (var place = 0; place < table.Places.Count; place++)
        {
            connection.Execute($"CREATE TEMP TABLE place_{place} ({columns})");
            if (readable.Contains(place)) connection.Execute($"INSERT INTO place_{place} {RowsOf(table.Places[place])} WHERE {table.Key} IS NOT NULL");
        }
        connection.Execute(
            """
            CREATE TEMP TABLE agreed AS
                SELECT * FROM (SELECT * FROM place_0 INTERSECT SELECT * FROM place_1)
                UNION SELECT * FROM (SELECT * FROM place_0 INTERSECT SELECT * FROM place_2)
                UNION SELECT * FROM (SELECT * FROM place_1 INTERSECT SELECT * FROM place_2)
            """);
        if (FindLost(connection, table, readable) is { } lost)
        {
            throw new StorageUnavailableException($"The stored {table.What} {lost} and both of their copies are damaged. Restore the database from a backup.");
        }
        var restored = readable.SelectMany(place => connection.Query<string>(
            $"SELECT {table.Id} FROM (SELECT * FROM agreed EXCEPT SELECT * FROM place_{place})")).Distinct(StringComparer.Ordinal).ToList();
        Rewrite(connection, table, sound);
        if (table.Name == "totals") CountPending(connection);
        connection.Execute("DROP TABLE agreed; DROP TABLE place_0; DROP TABLE place_1; DROP TABLE place_2");
        transaction.Commit();
        foreach (var id in restored) JournalLog.Restored(log, table.What, id);
        if (restored.Count == 0 || readable.Count < table.Places.Count) JournalLog.Rewritten(log, table.Name);
    }

    /// <summary>Whether all rows of a table can be read, without a look at its indexes.</summary>
    private static bool IsReadable(SqliteConnection connection, string place) => IsUndamaged(() =>
    {
        _ = connection.Query(RowsOf(place), buffered: false).Count();
        return true;
    });

    /// <summary>False, too, where SQLite comes upon a damaged page.</summary>
    private static bool IsUndamaged(Func<bool> read)
    {
        try
        {
            return read();
        }
        catch (SqliteException e) when (e.SqliteErrorCode == raw.SQLITE_CORRUPT)
        {
            return false;
        }
    }

    private static string RowsOf(string place) => $"SELECT * FROM {place} NOT INDEXED";

    /// <summary>
    /// The id of a row of which no two places agree. One that is in one place alone is taken for a damaged id, whose row is where the other two
    /// have it: unless a place cannot be read, or rows are missing.
    /// </summary>
    private static string? FindLost(SqliteConnection connection, CopiedTable table, List<int> readable)
    {
        var agreed = connection.ExecuteScalar<long>("SELECT count(*) FROM agreed");
        var isComplete = readable.Count == table.Places.Count
            && readable.Min(place => connection.ExecuteScalar<long>($"SELECT count(DISTINCT {table.Key}) FROM place_{place}")) <= agreed;
        return connection.QueryFirstOrDefault<string>(
            $"""
            SELECT {table.Id} FROM (
                SELECT {table.Key}, 0 AS place FROM place_0 UNION ALL SELECT {table.Key}, 1 FROM place_1 UNION ALL SELECT {table.Key}, 2 FROM place_2)
            WHERE {table.Key} NOT IN (SELECT {table.Key} FROM agreed) GROUP BY {table.Key} HAVING count(DISTINCT place) > @most
            UNION ALL SELECT {table.Id} FROM agreed GROUP BY {table.Key} HAVING count(*) > 1
            """,
            new { most = isComplete ? 1 : 0 });
    }

    private static List<string> ColumnsOf(SqliteConnection connection, CopiedTable table) =>
        connection.Query<string>($"SELECT name FROM pragma_table_info('{table.Name}')").ToList();

    private static void Rewrite(SqliteConnection connection, CopiedTable table, List<string> sound)
    {
        var triggers = connection.Query<(string Name, string Sql)>("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = @Name", table).ToList();
        foreach (var (name, _) in triggers) connection.Execute($"DROP TRIGGER {name}");
        foreach (var place in table.Places)
        {
            if (sound.Contains(place)) connection.Execute($"DELETE FROM {place}");
            else Replace(connection, place);
            connection.Execute($"INSERT INTO {place} SELECT * FROM agreed ORDER BY {table.Key}");
        }
        foreach (var (_, sql) in triggers) connection.Execute(sql);
    }

    /// <summary>
    /// Creates the table and its indexes anew, with other pages. Those it had are given up, until the next VACUUM: a damaged page may lead to
    /// pages of another table, which must not be freed.
    /// </summary>
    private static void Replace(SqliteConnection connection, string place)
    {
        var created = connection.Query<string>("SELECT sql FROM sqlite_schema WHERE tbl_name = @place AND sql IS NOT NULL ORDER BY type DESC", new { place }).ToList();
        connection.Execute("PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE tbl_name = @place; PRAGMA writable_schema = RESET", new { place });
        foreach (var sql in created) connection.Execute(sql);
    }

    /// <summary>
    /// Has the account of each connection add up to what is pending. Where the id of its totals was damaged under the running service, no copy has
    /// what was counted since.
    /// </summary>
    private static void CountPending(SqliteConnection connection) => connection.Execute(
        """
        UPDATE totals SET received = delivered + superseded + dropped + rejected + pending
        FROM (
            SELECT t.connection_id AS id, (
                SELECT CAST(total(e.received - e.delivered - e.superseded - e.dropped - e.rejected) AS INTEGER)
                FROM entries e INDEXED BY entries_pending WHERE e.connection_id = t.connection_id AND e.state = 0) AS pending
            FROM totals t WHERE t.connection_id IN (
                SELECT connection_id FROM (SELECT * FROM agreed EXCEPT SELECT * FROM place_0)))
        WHERE connection_id = id AND received <> delivered + superseded + dropped + rejected + pending
        """);

    /// <param name="Name">Of the table. Its copies have its name with <c>_copy_1</c> and <c>_copy_2</c>.</param>
    /// <param name="Key">Its first column, which never changes.</param>
    /// <param name="What">What a row is, before its id in a sentence.</param>
    private sealed record CopiedTable(string Name, string Key, string What)
    {
        public IReadOnlyList<string> Places { get; } = [Name, $"{Name}_copy_1", $"{Name}_copy_2"];

        /// <summary>The key as the API names it. One that is damaged may have any length and type.</summary>
        public string Id { get; } = $"lower(hex({Key}))";
    }
}
