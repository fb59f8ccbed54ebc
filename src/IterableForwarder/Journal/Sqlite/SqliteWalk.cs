using Microsoft.Data.Sqlite;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>A walk over rows that stops between any two of them. Used by one thread at a time.</summary>
internal sealed class SqliteWalk<T>(SqliteSessions sessions, Func<SqliteSession, IEnumerable<T>> rows, Func<T, int> bytesOf) : IDisposable
{
    private const int MaxRows = 256;

    /// <summary>One more row may go past it.</summary>
    private const int MaxBytes = 1 << 20;

    private SqliteSession? _session;
    private IEnumerator<T>? _rows;
    private bool _hasFailed;

    public bool IsAtEnd { get; private set; }

    /// <summary>The next rows, at most so many that they take little memory and leave the thread to others soon.</summary>
    /// <exception cref="StorageUnavailableException">The database cannot be read.</exception>
    public List<T> ReadOn()
    {
        _session ??= sessions.Take();
        var read = new List<T>();
        try
        {
            _rows ??= rows(_session).GetEnumerator();
            for (var bytes = 0L; read.Count < MaxRows && bytes < MaxBytes;)
            {
                IsAtEnd = !_rows.MoveNext();
                if (IsAtEnd) break;
                read.Add(_rows.Current);
                bytes += bytesOf(_rows.Current);
            }
            return read;
        }
        catch (Exception e)
        {
            (_hasFailed, IsAtEnd) = (true, true);
            if (e is SqliteException sqlite) throw SqliteErrors.Unreadable(sqlite);
            throw;
        }
    }

    /// <summary>Ends the statements of the walk, which takes no time.</summary>
    public void Dispose()
    {
        try
        {
            _rows?.Dispose();
        }
        catch (SqliteException)
        {
            _hasFailed = true;
        }
        if (_session is { } session) sessions.Return(session, _hasFailed);
    }
}
