using System.Diagnostics;

namespace IterableForwarder.Journal.Writing;

/// <summary>
/// The writes that wait, in the order in which they were asked for. It lets a small commit wait for company: a sync costs as much for one
/// write as for forty.
/// </summary>
/// <remarks>A monitor, and no channel or event: those spin before they sleep, and the writer sleeps between any two commits.</remarks>
/// <typeparam name="TSession">What a write works with: the engine's connection.</typeparam>
internal sealed class WriteQueue<TSession>
{
    /// <summary>Writes in one commit: enough to pay for a sync many times over, few enough to answer the first ones soon.</summary>
    private const int MaxPerCommit = 512;

    /// <summary>
    /// How long a commit waits for company at most. At 2000 messages a second, that and the syncs it saves take a quarter off the CPU of
    /// each. Who comes alone hardly ever waits, and who waits for answers before sending more does not wait long: then all are there before.
    /// </summary>
    private static readonly TimeSpan Company = TimeSpan.FromMilliseconds(20);

    /// <summary>A commit that takes longer gathers the next one by itself.</summary>
    private static readonly TimeSpan SmallCommit = TimeSpan.FromMilliseconds(3);

    private readonly object _gate = new();
    private readonly Queue<IWrite<TSession>> _queue = new();
    private bool _isStopping;

    /// <summary>The taker sleeps until so many wait; 0 while it does not sleep.</summary>
    private int _wakesAt;

    /// <summary>For how many the next commit waits.</summary>
    private int _expected;
    private long _taken;
    private long _committed;

    /// <summary>False when it is stopping: then nothing is added any more.</summary>
    public bool TryAdd(IWrite<TSession> write)
    {
        lock (_gate)
        {
            if (_isStopping) return false;
            _queue.Enqueue(write);
            if (_queue.Count == _wakesAt) Monitor.Pulse(_gate);
            return true;
        }
    }

    /// <summary>What waits is still taken.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _isStopping = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Waits for work, and takes as much as fits into one commit; what runs alone by itself. False when stopping, with all done.</summary>
    /// <param name="group">Empty; for what is taken.</param>
    public bool Take(List<IWrite<TSession>> group)
    {
        // 1. Sleep until there is work.
        // 2. Right after a commit, wait up to Company for the expected number: a sync costs the same for all.
        // 3. Take what fits into a commit. A write that runs alone neither joins others nor is joined.
        lock (_gate)
        {
            Sleep(1, null);
            if (Stopwatch.GetElapsedTime(_committed) < Company) Sleep(_expected, Company);
            while (group.Count < MaxPerCommit && _queue.TryPeek(out var next) && (group.Count == 0 || !next.IsAlone))
            {
                group.Add(_queue.Dequeue());
                if (next.IsAlone) break;
            }
        }
        _taken = Stopwatch.GetTimestamp();
        return group.Count > 0;
    }

    /// <summary>
    /// A group is committed. If writes arrived during the commit, expect a full group; if none did, expect as many as before, because
    /// those senders may send again as soon as they have their answers. A long commit gathers the next group by itself.
    /// </summary>
    public void Committed(int writes)
    {
        lock (_gate)
        {
            _committed = Stopwatch.GetTimestamp();
            _expected = Stopwatch.GetElapsedTime(_taken, _committed) >= SmallCommit ? 0 : _queue.Count > 0 ? MaxPerCommit : writes;
        }
    }

    /// <summary>Until so many wait, the time is up, or it is stopping.</summary>
    /// <param name="writes">So many.</param>
    /// <param name="most">The time; null for ever.</param>
    private void Sleep(int writes, TimeSpan? most)
    {
        var start = Stopwatch.GetTimestamp();
        _wakesAt = writes;
        while (_queue.Count < writes && !_isStopping)
        {
            var left = (most ?? TimeSpan.MaxValue) - Stopwatch.GetElapsedTime(start);
            if (left <= TimeSpan.Zero) break;
            // Monitor.Wait takes -1 ms for infinite and throws below that, and a suspended machine can make any time pass
            // (https://learn.microsoft.com/dotnet/api/system.threading.monitor.wait)
            if (most is null) Monitor.Wait(_gate);
            else Monitor.Wait(_gate, left);
        }
        _wakesAt = 0;
    }
}
