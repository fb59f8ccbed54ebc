namespace IterableForwarder.Delivery;

/// <summary>
/// Spreads requests evenly: one each <c>1/rate</c> of a second, with just enough slack that a late timer costs nothing. Slows down
/// when told to and comes back by itself. Safe for concurrent use.
/// </summary>
/// <remarks>
/// A virtual clock (GCRA): a request is let through when the clock that advances by one interval a request is at most the slack
/// ahead. In any second that lets through <c>rate·(1 + slack) + 1</c> requests; with a slack of <c>1/5 − 1/rate</c> seconds, this is
/// the rate plus a fifth of it. At low rates, where that leaves no slack, 20 ms make up for late timers; fewer just below a whole
/// number, where they would let one request too many into a second. Ticks are rounded against the caller.
/// </remarks>
internal sealed class Pace(double perSecond, TimeProvider time)
{
    /// <summary>After the wait that a 429 asks for the pace is halved, and a minute later it is back where it was.</summary>
    private const double SlowDownFactor = 0.5;
    private static readonly TimeSpan RecoveryTime = TimeSpan.FromMinutes(1);

    /// <summary>What a 429 without a time of its own is taken to ask for.</summary>
    private static readonly TimeSpan DefaultPause = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly long _start = time.GetTimestamp();
    private double _setting = perSecond;
    private double _rate = perSecond;
    private TimeSpan _next = TimeSpan.Zero;
    private TimeSpan _notBefore = TimeSpan.Zero;
    private TimeSpan _slowSince = TimeSpan.MinValue;
    private double _slowedTo;

    /// <summary>The setting, in requests a second.</summary>
    public void Set(double perSecond)
    {
        lock (_lock)
        {
            if (_setting == perSecond) return;
            (_setting, _rate, _slowSince) = (perSecond, perSecond, TimeSpan.MinValue);
        }
    }

    /// <summary>Takes one request when it may be sent now; else says how long that will be.</summary>
    public bool TryTake(out TimeSpan wait)
    {
        lock (_lock)
        {
            var now = time.GetElapsedTime(_start);
            Recover(now);
            var earliest = Max(_next - Slack(_rate), _notBefore);
            wait = earliest - now;
            if (wait > TimeSpan.Zero) return false;
            wait = TimeSpan.Zero;
            _next = Max(_next, now) + Interval(_rate);
            return true;
        }
    }

    /// <summary>Iterable said that it was too much: wait as long as it asks, then go on at half the pace.</summary>
    public void SlowDown(TimeSpan? retryAfter)
    {
        lock (_lock)
        {
            var now = time.GetElapsedTime(_start);
            // the answers to calls that flew together are one piece of news
            if (now >= _notBefore)
            {
                _slowedTo = _rate * SlowDownFactor;
                _rate = _slowedTo;
            }
            _notBefore = Max(_notBefore, now + (retryAfter ?? DefaultPause));
            _slowSince = _notBefore;
        }
    }

    private static TimeSpan Interval(double rate) => new((long)Math.Ceiling(TimeSpan.TicksPerSecond / rate));

    private static TimeSpan Slack(double rate)
    {
        // with more, floor(rate) + 2 requests would fit into a second, where rate + 1 are allowed
        var most = (Math.Floor(rate + 1) / rate) - 1;
        return new((long)(TimeSpan.TicksPerSecond * Math.Max(0.2 - (1 / rate), Math.Min(Math.Min(0.02, 0.2 / rate), most))));
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private void Recover(TimeSpan now)
    {
        if (_slowSince == TimeSpan.MinValue || now < _slowSince) return;
        var recovered = (now - _slowSince) / RecoveryTime;
        _rate = Math.Min(_setting, _slowedTo + ((_setting - _slowedTo) * recovered));
        if (recovered >= 1) _slowSince = TimeSpan.MinValue;
    }
}
