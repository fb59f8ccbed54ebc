using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>A few threads that read, and whoever waits for one of them, in the order of asking.</summary>
/// <param name="sessions">What they read with.</param>
/// <param name="name">Of the threads, for who looks at the process.</param>
/// <param name="maxConcurrency">How many read at once.</param>
/// <remarks>A monitor, and no channel or event: those spin before they sleep.</remarks>
internal sealed class SqliteReaderThreads(SqliteSessions sessions, string name, int maxConcurrency) : IDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(2);

    private readonly object _gate = new();
    private readonly Queue<Action> _waiting = new();
    private readonly List<Thread> _threads = [];
    private int _idle;
    private bool _isStopping;

    /// <summary>How many read at once.</summary>
    public int MaxConcurrency => maxConcurrency;

    /// <summary>Reads on one of the threads.</summary>
    /// <exception cref="StorageUnavailableException">The database cannot be read.</exception>
    public async Task<T> ReadAsync<T>(Func<SqliteSession, T> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return await RunAsync(() => Read(read), cancellationToken);
    }

    /// <summary>
    /// Reads row by row, some at a time, while the caller walks over them. The walk sees the database as of its first row, and it has a
    /// thread only while it reads.
    /// </summary>
    /// <param name="rows">The rows, read as they are asked for.</param>
    /// <param name="bytesOf">What a row takes: as many are read ahead as fit into little memory.</param>
    /// <param name="cancellationToken">Ends the walk.</param>
    /// <exception cref="StorageUnavailableException">The database cannot be read; also in the middle of the walk.</exception>
    public async IAsyncEnumerable<T> WalkAsync<T>(
        Func<SqliteSession, IEnumerable<T>> rows, Func<T, int> bytesOf, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var walk = new SqliteWalk<T>(sessions, rows, bytesOf);
        while (!walk.IsAtEnd)
        {
            foreach (var row in await RunAsync(walk.ReadOn, cancellationToken)) yield return row;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isStopping = true;
            Monitor.PulseAll(_gate);
        }
        // one that walks over much of the store dies with the process
        foreach (var thread in _threads) thread.Join(StopPatience);
    }

    private T Read<T>(Func<SqliteSession, T> read)
    {
        var session = sessions.Take();
        var hasFailed = true;
        try
        {
            var result = read(session);
            hasFailed = false;
            return result;
        }
        catch (SqliteException e)
        {
            throw SqliteErrors.Unreadable(e);
        }
        finally
        {
            sessions.Return(session, hasFailed);
        }
    }

    private Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_isStopping) throw new StorageUnavailableException("The service is stopping.");
            _waiting.Enqueue(() => Complete(completion, work, cancellationToken));
            if (_waiting.Count <= _idle) Monitor.Pulse(_gate);
            else if (_threads.Count < maxConcurrency) StartThread();
        }
        return completion.Task;
    }

    private static void Complete<T>(TaskCompletionSource<T> completion, Func<T> work, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            completion.SetCanceled(cancellationToken);
            return;
        }
        try
        {
            completion.SetResult(work());
        }
        catch (Exception e)
        {
            completion.SetException(e);
        }
    }

    private void StartThread()
    {
        // it outlives the request that happened to need it first
        using var apart = ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow();
        var thread = new Thread(Run) { IsBackground = true, Name = $"reader of {name} {_threads.Count + 1}" };
        _threads.Add(thread);
        thread.Start();
    }

    private void Run()
    {
        while (TakeNext() is { } work) work();
    }

    /// <summary>Null when it is stopping and all is done.</summary>
    private Action? TakeNext()
    {
        lock (_gate)
        {
            while (_waiting.Count == 0)
            {
                if (_isStopping) return null;
                _idle++;
                Monitor.Wait(_gate);
                _idle--;
            }
            return _waiting.Dequeue();
        }
    }
}
