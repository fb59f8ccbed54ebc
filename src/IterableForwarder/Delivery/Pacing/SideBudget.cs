using Iterable.Client;
using IterableForwarder.Journal;

namespace IterableForwarder.Delivery.Pacing;

/// <summary>
/// A tenth of a project's budget, for what sources can cause any number of: the creation of lists, and questions about unknown keys. Members
/// are delivered from the rest, however much of it is asked for. Whoever asks gets it in turn. Safe for concurrent use.
/// </summary>
/// <param name="whole">The budget that it is a share of; each request counts against it as well.</param>
/// <param name="perSecond">Requests a second that the whole allows.</param>
/// <param name="time">The clock.</param>
internal sealed class SideBudget(ICallBudget whole, double perSecond, TimeProvider time) : ICallBudget
{
    private const double Share = 0.1;

    /// <summary>Requests that need not wait after a pause: to find and create one list takes two.</summary>
    private const int Burst = 3;

    private readonly KeyedLock<EndpointClass> _turns = new();
    private readonly long _start = time.GetTimestamp();
    private TimeSpan _next;
    private double _perSecond = perSecond;

    /// <summary>The setting of the whole, in requests a second.</summary>
    public void Set(double perSecond) => Volatile.Write(ref _perSecond, perSecond);

    public async ValueTask TakeAsync(EndpointClass endpointClass, CancellationToken cancellationToken)
    {
        using var turn = await _turns.EnterAsync(endpointClass, cancellationToken);
        // read once: a millisecond later the same wait may be one below zero, which is for ever
        while (Wait is var wait && wait > TimeSpan.Zero) await Task.Delay(MonotonicClock.Cut(wait), time, cancellationToken);
        await whole.TakeAsync(endpointClass, cancellationToken);
        var now = time.GetElapsedTime(_start);
        _next = (_next > now ? _next : now) + Interval;
    }

    private TimeSpan Interval => TimeSpan.FromSeconds(1 / (Volatile.Read(ref _perSecond) * Share));

    private TimeSpan Wait => _next - ((Burst - 1) * Interval) - time.GetElapsedTime(_start);
}

/// <summary>For a call whose first request is paid for already: what it repeats is paid for as usual.</summary>
internal sealed class PaidBudget(ICallBudget budget) : ICallBudget
{
    private bool _isUsed;

    public ValueTask TakeAsync(EndpointClass endpointClass, CancellationToken cancellationToken)
    {
        if (_isUsed) return budget.TakeAsync(endpointClass, cancellationToken);
        _isUsed = true;
        return ValueTask.CompletedTask;
    }
}
