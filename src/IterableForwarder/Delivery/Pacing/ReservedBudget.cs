using Iterable.Client;
using IterableForwarder.Journal;

namespace IterableForwarder.Delivery.Pacing;

/// <summary>
/// Pays for a call whose first attempt was reserved before the call was put together. Before each attempt, quick retries included, it
/// asks whether the call may still be sent. Where it may not, or where it would have to wait for long, the call is revoked: its
/// members must not be bound to what they were for as long as that may last.
/// </summary>
/// <param name="limiter">Of the class of endpoint that is called.</param>
/// <param name="maySend">False once the call must not be sent any more.</param>
/// <param name="inFlight">Told of every attempt.</param>
/// <param name="attemptTimeout">How long an attempt may take.</param>
/// <param name="clock">Tells when it was sent.</param>
/// <param name="revoke">Cancelled to revoke the call.</param>
internal sealed class ReservedBudget(
    RateLimiter limiter, Func<bool> maySend, IInFlightCall inFlight, TimeSpan attemptTimeout, MonotonicClock clock, CancellationTokenSource revoke)
    : ICallBudget, IDisposable
{
    /// <summary>More than an attempt that was reserved waits behind others.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(1);

    private bool _isReserved = true;

    /// <summary>Whether the call was revoked before an attempt.</summary>
    public bool IsRevoked { get; private set; }

    /// <summary>When the first attempt was sent; null while none was.</summary>
    public DateTimeOffset? SentAt { get; private set; }

    public async ValueTask TakeAsync(EndpointClass asked, CancellationToken cancellationToken)
    {
        if (!maySend() || !await TryAcquireAsync(cancellationToken))
        {
            IsRevoked = true;
            await revoke.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }
        _isReserved = false;
        SentAt ??= clock.Now;
        inFlight.Attempt(attemptTimeout);
    }

    public void Answered(EndpointClass asked) => inFlight.Answered();

    /// <summary>A call that was never sent cancels its reservation.</summary>
    public void Dispose()
    {
        if (_isReserved) limiter.Cancel();
        _isReserved = false;
    }

    private async ValueTask<bool> TryAcquireAsync(CancellationToken cancellationToken)
    {
        while (!limiter.TryAcquire(out var wait, _isReserved))
        {
            if (wait > MaxWait) return false;
            await clock.DelayAsync(wait, cancellationToken);
        }
        return true;
    }
}
