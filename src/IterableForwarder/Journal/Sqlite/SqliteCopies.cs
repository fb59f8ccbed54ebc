using Dapper;
using Microsoft.Data.Sqlite;

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
    private static bool IsWhole(SqliteConnection connection, CopiedTable copied)
    {
        var (table, key, _) = copied;
        string[] all = [table, $"{table}_copy_1", $"{table}_copy_2"];
        if (all.Any(t => connection.ExecuteScalar<string>($"PRAGMA integrity_check({t})") != "ok")) return false;
        var columns = connection.Query<string>($"SELECT name FROM pragma_table_info('{table}')").ToList();
        var equal = connection.ExecuteScalar<long>(
            $"""
            SELECT count(*) FROM {table} t JOIN {table}_copy_1 a ON a.{key} = t.{key} JOIN {table}_copy_2 b ON b.{key} = t.{key}
            WHERE {Row("t")} IS {Row("a")} AND {Row("t")} IS {Row("b")}
            """);
        return all.All(t => connection.ExecuteScalar<long>($"SELECT count(*) FROM {t}") == equal);

        string Row(string name) => $"({string.Join(", ", columns.Select(column => $"{name}.{column}"))})";
    }

    private void Restore(SqliteConnection connection, CopiedTable copied)
    {
        var (table, key, what) = copied;
        using var transaction = connection.BeginTransaction();
        // where an index says something else than its table, no row can be deleted
        connection.Execute(
            $"""
            REINDEX {table};
            REINDEX {table}_copy_1;
            REINDEX {table}_copy_2;
            CREATE TEMP TABLE agreed AS
                SELECT * FROM (SELECT * FROM {table} INTERSECT SELECT * FROM {table}_copy_1)
                UNION SELECT * FROM (SELECT * FROM {table} INTERSECT SELECT * FROM {table}_copy_2)
                UNION SELECT * FROM (SELECT * FROM {table}_copy_1 INTERSECT SELECT * FROM {table}_copy_2);
            """);
        var damaged = connection.Query<(byte[] Id, long Places)>(
            $"""
            SELECT {key}, count(*) FROM (SELECT * FROM {table} UNION ALL SELECT * FROM {table}_copy_1 UNION ALL SELECT * FROM {table}_copy_2)
            WHERE {key} NOT IN (SELECT {key} FROM agreed) GROUP BY {key}
            """).ToList();
        // in one place alone it is an id that is damaged; the row itself is where the other two have it
        if (damaged.Find(row => row.Places > 1).Id is { } lost)
        {
            throw new StorageUnavailableException(
                $"The stored {what} {NameOf(lost)} and both of their copies are damaged. Restore the database from a backup.");
        }
        var restored = connection.Query<byte[]>(
            $"""
            SELECT {key} FROM (SELECT * FROM agreed EXCEPT SELECT * FROM {table}) UNION SELECT {key} FROM (SELECT * FROM agreed EXCEPT SELECT * FROM {table}_copy_1)
            UNION SELECT {key} FROM (SELECT * FROM agreed EXCEPT SELECT * FROM {table}_copy_2)
            """).ToList();
        connection.Execute(
            $"""
            DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM (SELECT * FROM {table} EXCEPT SELECT * FROM agreed));
            INSERT INTO {table} SELECT * FROM (SELECT * FROM agreed EXCEPT SELECT * FROM {table});
            DELETE FROM {table}_copy_1;
            INSERT INTO {table}_copy_1 SELECT * FROM agreed;
            DELETE FROM {table}_copy_2;
            INSERT INTO {table}_copy_2 SELECT * FROM agreed;
            DROP TABLE agreed;
            """);
        transaction.Commit();
        foreach (var id in restored) JournalLog.Restored(log, what, NameOf(id));
    }

    /// <summary>As the API names it. One that is damaged may have any length.</summary>
    private static string NameOf(byte[] id) => Convert.ToHexStringLower(id);

    /// <param name="Table">Its copies have its name with <c>_copy_1</c> and <c>_copy_2</c>.</param>
    /// <param name="Key">Its first column, which never changes.</param>
    /// <param name="What">What a row is, before its key in a sentence.</param>
    private sealed record CopiedTable(string Table, string Key, string What);
}
