using IterableForwarder.Journal.Writing;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>
/// The only writer. Whatever waits when it comes round shares one transaction and one sync (group commit), so that a sync is
/// paid once for many; nothing is answered before that commit is on disk. Writes are applied in the order they were asked for.
/// </summary>
internal sealed class SqliteWriter(SqliteDatabase database, WriteMetrics metrics, TimeProvider time, ILogger<SqliteWriter> log) : IAsyncDisposable
{
    private readonly WriteQueue<SqliteSession> _queue = new();
    private Task _loop = Task.CompletedTask;
    private bool _isStarted;

    /// <summary>
    /// Raised on the writer's thread whenever it has opened the store, before anything is written: at the start, and after a failure
    /// of which nobody knows whether it was committed. Never changes anything.
    /// </summary>
    public event Action<SqliteSession>? Opened;

    /// <summary>Starts taking writes; call once the schema is current. Calling again does nothing.</summary>
    public void Start()
    {
        if (_isStarted) return;
        _isStarted = true;
        _loop = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>
    /// Runs the write inside the next commit and returns its result once that is on disk. What it throws itself undoes the write
    /// and comes back to the caller; it may be run twice, so it must not change anything but the database.
    /// </summary>
    /// <param name="write">What is to be written.</param>
    /// <param name="committed">Called with the result on the writer's thread, in the order of commits, once it is on disk; must return at once.</param>
    /// <param name="isStored">
    /// Says whether the result is in the store. A commit that fails may be stored all the same: the store is opened again at once, and where it
    /// shows the result, the commit has not failed. Where it cannot be opened, the caller is told that it failed, and
    /// <paramref name="committed"/> is called later, if it has to be. Null where nobody needs to know.
    /// </param>
    /// <exception cref="StorageUnavailableException">
    /// Nothing was written: the store is full, read-only, broken or stopping. Only where it cannot be opened again either, the commit may be stored.
    /// </exception>
    public Task<T> WriteAsync<T>(Func<SqliteSession, T> write, Action<T>? committed = null, Func<SqliteSession, T, bool>? isStored = null) =>
        EnqueueAsync(new Write<SqliteSession, T>(write, committed) { IsStored = isStored });

    /// <summary>Runs what must not be in a transaction, between two commits. Everybody who writes waits for it.</summary>
    /// <exception cref="StorageUnavailableException">The store failed or is stopping.</exception>
    public Task<T> RunAloneAsync<T>(Func<SqliteSession, T> work) => EnqueueAsync(new Write<SqliteSession, T>(work, null) { IsAlone = true });

    public async ValueTask DisposeAsync()
    {
        _queue.Stop();
        await _loop;
    }

    private Task<T> EnqueueAsync<T>(Write<SqliteSession, T> pending)
    {
        if (!_queue.TryAdd(pending)) pending.Fail(new StorageUnavailableException("The service is stopping."));
        return pending.Task;
    }

    private void Run()
    {
        SqliteSession? session = null;
        var group = new List<IWrite<SqliteSession>>();
        var doubtful = new List<IWrite<SqliteSession>>();
        // a store that stays broken fails some hundred times a minute, and says so once
        string? reported = null;
        while (_queue.Take(group))
        {
            var begun = time.GetTimestamp();
            try
            {
                // also before it is opened again: another file in its place is not what this process has read in
                database.CheckFiles();
                session ??= Open(doubtful);
                Commit(session, group);
                if (reported is not null) JournalLog.WritesAgain(log);
                reported = null;
            }
            catch (Exception e)
            {
                // whatever it was: those who wait must hear of it, and the next ones are tried again
                if (e.Message != reported) JournalLog.WriteFailed(log, SqliteErrors.CodeOf(e), e.Message);
                reported = e.Message;
                if (SqliteErrors.CodeOf(e) == raw.SQLITE_READONLY) database.CloseResting();
                // one group at most: while the store cannot be opened, none is run
                doubtful.AddRange(group.Where(w => w.IsDoubtful));
                // a new connection sees a file that was freed, put back or made writable again, and mostly what became of the commit
                session = session is null ? null : TryReopen(session, doubtful);
                foreach (var write in group) write.Fail(new StorageUnavailableException($"The database cannot be written: {e.Message}", e));
            }
            metrics.Wrote(time.GetElapsedTime(begun));
            _queue.Committed(group.Count);
            group.Clear();
        }
        if (session is not null) Close(session);
    }

    private SqliteSession Open(List<IWrite<SqliteSession>> doubtful)
    {
        var session = new SqliteSession(database.OpenWriter());
        try
        {
            database.Watch();
            foreach (var write in doubtful) write.Resolve(session);
            SqliteDatabase.OverwriteFailedCommit(session);
            doubtful.Clear();
            Opened?.Invoke(session);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Null where it cannot be opened: then the next write tries.</summary>
    private SqliteSession? TryReopen(SqliteSession failed, List<IWrite<SqliteSession>> doubtful)
    {
        try
        {
            failed.Dispose();
            database.CheckFiles();
            return Open(doubtful);
        }
        catch (Exception)
        {
            // the next write comes upon it again, and says so
            return null;
        }
    }

    /// <summary>Readers that rest in the pool keep SQLite from doing it by itself: who copies the file after a stop should get all of it.</summary>
    private static void Close(SqliteSession session)
    {
        try
        {
            SqliteDatabase.CutLog(session);
        }
        catch (SqliteException)
        {
            // nothing is lost: the log stays beside the database, and the next start reads it
        }
        session.Dispose();
    }

    private static void Commit(SqliteSession session, List<IWrite<SqliteSession>> group)
    {
        if (group is [{ IsAlone: true } alone])
        {
            alone.Run(session);
            alone.Complete();
            return;
        }
        if (TryCommitTogether(session, group))
        {
            foreach (var write in group) write.Complete();
            return;
        }
        foreach (var write in group) CommitAlone(session, write);
    }

    /// <summary>False, with nothing written, when one of them failed by itself: then each gets a transaction of its own.</summary>
    private static bool TryCommitTogether(SqliteSession session, List<IWrite<SqliteSession>> group)
    {
        session.Begin();
        try
        {
            foreach (var write in group) write.Run(session);
            session.Commit();
            return true;
        }
        catch (Exception e) when (SqliteErrors.IsOfOneWrite(e))
        {
            session.Rollback();
            return false;
        }
    }

    private static void CommitAlone(SqliteSession session, IWrite<SqliteSession> write)
    {
        session.Begin();
        try
        {
            write.Run(session);
        }
        catch (Exception e) when (SqliteErrors.IsOfOneWrite(e))
        {
            session.Rollback();
            write.Fail(SqliteErrors.OfOneWrite(e));
            return;
        }
        session.Commit();
        write.Complete();
    }
}
