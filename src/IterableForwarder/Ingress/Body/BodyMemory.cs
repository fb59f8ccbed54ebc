using IterableForwarder.Journal.Limits;
using Microsoft.Extensions.Options;

namespace IterableForwarder.Ingress.Body;

/// <summary>
/// The memory that the bodies of all requests may take together (<see cref="IngestOptions.MaxBodyMemory"/>). Each request takes its share before it
/// reads, and more as it goes on; it gives all back when it has been answered.
/// </summary>
internal sealed class BodyMemory(IOptions<IngestOptions> options, LimitMetrics metrics, TimeProvider time)
{
    /// <summary>How long a request waits for memory: most bodies are read and accepted within some milliseconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>
    /// What the heads of bodies of unknown length may take beyond the rest, as a share of it: a small compressed message is still accepted while long
    /// bodies take everything. At the default 512 of them at once.
    /// </summary>
    private const int HeadShare = 8;

    /// <summary>Bytes of a body from which on what it took is old when it is given back, so that no collection of the young finds it.</summary>
    private const long LongBody = 1 << 20;

    /// <summary>What long bodies gave back and the collector has not found yet, as a share of the total, before it is asked to look.</summary>
    private const int GarbageShare = 4;

    private readonly long _total = options.Value.MaxBodyMemory;
    private readonly Lock _gate = new();

    /// <summary>Completed, and exchanged for another, when memory is given back while somebody waits.</summary>
    private TaskCompletionSource _returned = NewSignal();

    private int _waiting;

    /// <summary>Bytes that long bodies gave back since the last collection of all generations, and the number of that.</summary>
    private long _garbage;
    private int _collections;

    /// <summary>Bytes that are taken.</summary>
    public long Used { get; private set; }

    /// <summary>A body alone may have it all, however much longer it is: else it could never be read.</summary>
    public long MostFor(long bytes) => Math.Min(bytes, _total);

    /// <summary>Takes so many bytes, at most <see cref="MostFor"/>; waits a moment where they are not free.</summary>
    /// <exception cref="CapacityExceededException">They were not free in time.</exception>
    public ValueTask TakeAsync(long bytes, CancellationToken cancellationToken) => TakeAsync(bytes, _total, cancellationToken);

    /// <summary>The same for the first bytes of a body of unknown length.</summary>
    /// <exception cref="CapacityExceededException">They were not free in time.</exception>
    public ValueTask TakeHeadAsync(long bytes, CancellationToken cancellationToken) => TakeAsync(bytes, _total + (_total / HeadShare), cancellationToken);

    public void Return(long bytes)
    {
        // the collector knows nothing of our limit: without this, as much garbage as all bodies may take together lies beside them
        if (bytes >= LongBody && IsMuchGarbage(bytes)) GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);
        TaskCompletionSource returned;
        lock (_gate)
        {
            Used -= bytes;
            if (_waiting == 0) return;
            (returned, _returned) = (_returned, NewSignal());
        }
        returned.SetResult();
    }

    private bool IsMuchGarbage(long more)
    {
        lock (_gate)
        {
            var collections = GC.CollectionCount(GC.MaxGeneration);
            _garbage = more + (collections == _collections ? _garbage : 0);
            _collections = collections;
            if (_garbage < _total / GarbageShare) return false;
            _garbage = 0;
            return true;
        }
    }

    private ValueTask TakeAsync(long bytes, long total, CancellationToken cancellationToken) =>
        TryTake(bytes, total) ? default : WaitAsync(bytes, total, cancellationToken);

    private bool TryTake(long bytes, long total)
    {
        lock (_gate)
        {
            if (Used + bytes > total) return false;
            Used += bytes;
            return true;
        }
    }

    private async ValueTask WaitAsync(long bytes, long total, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        lock (_gate) _waiting++;
        try
        {
            while (true)
            {
                Task returned;
                lock (_gate) returned = _returned.Task;
                // only now, so that nothing that is returned in between is missed
                if (TryTake(bytes, total)) return;
                var left = Patience - time.GetElapsedTime(start);
                if (left <= TimeSpan.Zero) throw Full();
                await returned.WaitAsync(left, time, cancellationToken);
            }
        }
        catch (TimeoutException)
        {
            throw Full();
        }
        finally
        {
            lock (_gate) _waiting--;
        }
    }

    private CapacityExceededException Full()
    {
        metrics.Refused(CapacityKind.Memory);
        return new(new(
            CapacityKind.Memory,
            $"The bodies of other requests take the {_total} bytes of memory that all may take together (Ingest:MaxBodyMemory). Nothing was accepted. Send fewer or smaller requests at a time."));
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>What the body of one request takes of the memory of all: what has been read of it, and what its parser made of that.</summary>
internal sealed class BodyShare(BodyMemory memory) : IDisposable
{
    /// <summary>Bytes that are taken at a time, so that a body that is read in slices does not ask for each of them.</summary>
    private const long Step = 256 * 1024;

    private long _bytes;
    private long _read;
    private long _gathered;

    /// <summary>Bytes of the body that are in memory at the same time at most, where others leave it while it is read.</summary>
    public long MaxRead { get; set; } = long.MaxValue;

    /// <summary>Before the first byte is read: the length of the body; null where it is not known.</summary>
    public async ValueTask BeginAsync(long? length, CancellationToken cancellationToken)
    {
        var bytes = memory.MostFor(Math.Min(length ?? IncomingBody.SliceBytes, MaxRead));
        await (length is null ? memory.TakeHeadAsync(bytes, cancellationToken) : memory.TakeAsync(bytes, cancellationToken));
        _bytes = bytes;
    }

    /// <param name="bytes">Read so far.</param>
    /// <param name="cancellationToken">Cancelled when the caller goes away.</param>
    public ValueTask ReadAsync(long bytes, CancellationToken cancellationToken)
    {
        _read = Math.Min(bytes, MaxRead);
        return CoverAsync(_read + _gathered, cancellationToken);
    }

    /// <param name="bytes">What the parser holds now.</param>
    /// <param name="cancellationToken">Cancelled when the caller goes away.</param>
    public ValueTask GatherAsync(long bytes, CancellationToken cancellationToken)
    {
        _gathered = bytes;
        return CoverAsync(_read + _gathered, cancellationToken);
    }

    public void Dispose()
    {
        memory.Return(_bytes);
        _bytes = 0;
    }

    private async ValueTask CoverAsync(long bytes, CancellationToken cancellationToken)
    {
        var wanted = memory.MostFor(bytes);
        if (wanted <= _bytes) return;
        var more = memory.MostFor(Math.Max(wanted, _bytes + Step)) - _bytes;
        await memory.TakeAsync(more, cancellationToken);
        _bytes += more;
    }
}
