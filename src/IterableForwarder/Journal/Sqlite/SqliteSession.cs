using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>A connection with every statement it ever ran kept prepared. Used by one thread.</summary>
/// <remarks>
/// Statements go to SQLite without a command of ADO.NET between: its named parameters and readers took 3 of 5 µs of each, and an
/// accepted message is three of them and one to settle it. What is not asked for each message goes through Dapper on <see cref="Connection"/>.
/// </remarks>
internal sealed class SqliteSession(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, Statement> _statements = [];
    private AcceptedTogether? _accepted;

    public SqliteConnection Connection => connection;

    private sqlite3 Database => connection.Handle ?? throw new ObjectDisposedException(nameof(SqliteSession));

    public void Begin() => Execute("BEGIN IMMEDIATE");

    /// <exception cref="SqliteException">Nobody knows whether it was committed.</exception>
    public void Commit()
    {
        _accepted?.Finish(this);
        _accepted = null;
        Execute("COMMIT");
    }

    public void Rollback()
    {
        _accepted = null;
        Execute("ROLLBACK");
    }

    /// <summary>What the batches accepted by this transaction have in common; written before its commit, and dropped by a rollback.</summary>
    public AcceptedTogether Accepted => _accepted ??= new();

    /// <summary>Runs a statement with its parameters by position: <c>$1</c>, <c>$2</c>, … Returns the rows it changed.</summary>
    /// <exception cref="SqliteException">SQLite refused it.</exception>
    public int Execute(string sql, params ReadOnlySpan<SqliteValue> arguments)
    {
        Run(sql, arguments, null);
        return raw.sqlite3_changes(Database);
    }

    /// <summary>
    /// Runs a statement that inserts one row, and returns its number. <c>RETURNING</c> would say it too, by way of a table it makes and
    /// drops each time, which is half the cost of a small insert.
    /// </summary>
    /// <exception cref="SqliteException">SQLite refused it.</exception>
    public long Insert(string sql, params ReadOnlySpan<SqliteValue> arguments)
    {
        Run(sql, arguments, null);
        return raw.sqlite3_last_insert_rowid(Database);
    }

    /// <summary>The first column of the first row, or null where there is none.</summary>
    /// <exception cref="SqliteException">SQLite refused it.</exception>
    public object? Scalar(string sql, params ReadOnlySpan<SqliteValue> arguments)
    {
        object? value = null;
        Run(sql, arguments, statement => value = ValueOf(statement));
        return value;
    }

    /// <summary>The rows of a query; dispose them before the session runs the same query again.</summary>
    /// <exception cref="SqliteException">SQLite refused it.</exception>
    public SqliteRows Query(string sql, params ReadOnlySpan<SqliteValue> arguments) => Prepared(sql, arguments).Rows;

    public void Dispose()
    {
        foreach (var statement in _statements.Values) statement.Handle.Dispose();
        connection.Dispose();
    }

    private void Run(string sql, ReadOnlySpan<SqliteValue> arguments, Action<sqlite3_stmt>? onFirstRow)
    {
        var handle = Prepared(sql, arguments).Handle;
        try
        {
            int step;
            while ((step = raw.sqlite3_step(handle)) == raw.SQLITE_ROW)
            {
                onFirstRow?.Invoke(handle);
                onFirstRow = null;
            }
            if (step != raw.SQLITE_DONE) Check(step);
        }
        finally
        {
            raw.sqlite3_reset(handle);
        }
    }

    /// <summary>The statement with its parameters bound.</summary>
    private Statement Prepared(string sql, ReadOnlySpan<SqliteValue> arguments)
    {
        if (!_statements.TryGetValue(sql, out var statement)) _statements[sql] = statement = Prepare(sql, arguments.Length);
        for (var i = 0; i < arguments.Length; i++) Check(arguments[i].Bind(statement.Handle, statement.Places[i]));
        return statement;
    }

    private Statement Prepare(string sql, int parameters)
    {
        Check(raw.sqlite3_prepare_v2(Database, sql, out var handle));
        var places = new int[parameters];
        for (var i = 0; i < parameters; i++)
        {
            places[i] = raw.sqlite3_bind_parameter_index(handle, $"${i + 1}");
            if (places[i] == 0) throw new ArgumentException($"The statement has no ${i + 1}: {sql}", nameof(sql));
        }
        return new(handle, places, new(handle, Check));
    }

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK) SqliteException.ThrowExceptionForRC(result, Database);
    }

    /// <param name="Handle">The prepared statement.</param>
    /// <param name="Places">Where <c>$1</c>, <c>$2</c>, … are bound: SQLite numbers them in the order in which they first appear in the text.</param>
    /// <param name="Rows">Reads it, where it is a query.</param>
    private sealed record Statement(sqlite3_stmt Handle, int[] Places, SqliteRows Rows);

    private static object? ValueOf(sqlite3_stmt statement) => raw.sqlite3_column_type(statement, 0) switch
    {
        raw.SQLITE_NULL => null,
        raw.SQLITE_INTEGER => raw.sqlite3_column_int64(statement, 0),
        raw.SQLITE_FLOAT => raw.sqlite3_column_double(statement, 0),
        raw.SQLITE_TEXT => raw.sqlite3_column_text(statement, 0).utf8_to_string(),
        raw.SQLITE_BLOB => raw.sqlite3_column_blob(statement, 0).ToArray(),
        var type => throw new InvalidOperationException($"Unknown type {type}."),
    };
}
