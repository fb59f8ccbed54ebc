using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>Sessions for reading, each for one user at a time. Their statements stay prepared while they rest.</summary>
internal sealed class SqliteSessions : IDisposable
{
    private readonly SqliteDatabase _database;
    private readonly ConcurrentStack<SqliteSession> _resting = new();
    private volatile bool _isDisposed;

    public SqliteSessions(SqliteDatabase database)
    {
        _database = database;
        database.RestingClosed += CloseResting;
    }

    /// <exception cref="StorageUnavailableException">The database cannot be opened.</exception>
    public SqliteSession Take()
    {
        if (_resting.TryPop(out var session)) return session;
        try
        {
            return new SqliteSession(_database.OpenReader());
        }
        catch (SqliteException e)
        {
            throw SqliteErrors.Unreadable(e);
        }
    }

    /// <summary>Nobody reads with it any more.</summary>
    /// <param name="session">From <see cref="Take"/>.</param>
    /// <param name="hasFailed">A new connection sees a file that was replaced or made readable again: this one is not used again.</param>
    public void Return(SqliteSession session, bool hasFailed)
    {
        if (hasFailed || _isDisposed) session.Dispose();
        else _resting.Push(session);
    }

    public void Dispose()
    {
        _isDisposed = true;
        _database.RestingClosed -= CloseResting;
        CloseResting();
    }

    private void CloseResting()
    {
        while (_resting.TryPop(out var session)) session.Dispose();
    }
}
