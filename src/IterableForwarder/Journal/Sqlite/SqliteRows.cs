using System.Text;
using SQLitePCL;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>The rows of a prepared query, one at a time. The statement can be run again once they are disposed.</summary>
internal sealed class SqliteRows(sqlite3_stmt statement, Action<int> check) : IDisposable
{
    /// <summary>Goes to the next row; false behind the last one.</summary>
    /// <exception cref="Microsoft.Data.Sqlite.SqliteException">It cannot be read.</exception>
    public bool Read()
    {
        var step = raw.sqlite3_step(statement);
        if (step is raw.SQLITE_ROW) return true;
        if (step is not raw.SQLITE_DONE) check(step);
        return false;
    }

    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public long GetInt64(int column) => raw.sqlite3_column_int64(statement, column);

    public int GetInt32(int column) => raw.sqlite3_column_int(statement, column);

    /// <summary>By its length: SQLite's own strings end at U+0000, which a name may contain.</summary>
    public string GetString(int column) => Encoding.UTF8.GetString(raw.sqlite3_column_blob(statement, column));

    /// <summary>Without a copy; until the next row.</summary>
    public ReadOnlySpan<byte> GetSpan(int column) => raw.sqlite3_column_blob(statement, column);

    public long? FindInt64(int column) => IsNull(column) ? null : GetInt64(column);

    public byte[]? FindBytes(int column) => IsNull(column) ? null : GetBytes(column);

    public byte[] GetBytes(int column) => raw.sqlite3_column_blob(statement, column).ToArray();

    public Guid GetGuid(int column) => new(raw.sqlite3_column_blob(statement, column), bigEndian: true);

    public void Dispose() => raw.sqlite3_reset(statement);
}
