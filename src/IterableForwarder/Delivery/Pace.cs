namespace IterableForwarder.Delivery;

/// <summary>
/// Spreads requests evenly: one each <c>1/rate</c> of a second, with just enough slack that a late timer costs nothing. Slows down
/// when told to and comes back by itself (<see cref="PaceRecovery"/>). Safe for concurrent use.
/// </summary>
/// <remarks>
/// A virtual clock (GCRA): a request is let through when the clock that advances by one interval a request is at most the slack
/// ahead. In any second that lets through <c>rate·(1 + slack) + 1</c> requests; with a slack of <c>3/40 − 1/rate</c> seconds, this is
/// the rate and three fortieths of it, where eight are allowed: the rest is for what a busy machine or the network bunches on the way.
/// At low rates, where that leaves no slack, 20 ms make up for late timers; fewer just below a whole number, where they would let one
/// request too many into a second. Ticks are rounded against the caller.
/// </remarks>
internal sealed class Pace(double perSecond, TimeProvider time)
{
    /// <summary>What a 429 without a time of its own is taken to ask for; it doubles while nothing gets through at all.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(4);

    private readonly Lock _lock = new();
    private readonly long _start = time.GetTimestamp();
    private readonly PaceRecovery _recovery = new(perSecond);

    // with nothing to make up for: in a process that has just begun the first ones are late, and those behind them would bunch
    private TimeSpan _next = Slack(perSecond, isSlow: false);

    private TimeSpan _notBefore = TimeSpan.Zero;
    private TimeSpan _slowedAt = TimeSpan.MinValue;
    private TimeSpan _pause = FirstPause;
    private bool _gotThrough = true;
    private int _promised;

    /// <summary>The setting, in requests a second.</summary>
    public void Set(double perSecond)
    {
        lock (_lock) _recovery.Set(perSecond);
    }

    /// <summary>
    /// Promises one request to a call that is to be put together, when it could be sent now, all those promised before it being sent
    /// first; else says how long that will be. A promise is kept with <see cref="TryTake"/> and given up with <see cref="Forgo"/>.
    /// </summary>
    public bool TryPromise(out TimeSpan wait)
    {
        lock (_lock)
        {
            if (!IsDue(_promised, out wait)) return false;
            _promised++;
            return true;
        }
    }

    /// <summary>A promised request will not be sent.</summary>
    public void Forgo()
    {
        lock (_lock) _promised--;
    }

    /// <summary>
    /// Takes one request when it may be sent now; else says how long that will be. To be called right before it is sent: where the
    /// way from here to the wire is long, requests bunch on it.
    /// </summary>
    /// <param name="wait">Zero when it was taken.</param>
    /// <param name="wasPromised">Whether this keeps a promise.</param>
    public bool TryTake(out TimeSpan wait, bool wasPromised = false)
    {
        lock (_lock)
        {
            if (!IsDue(0, out wait)) return false;
            if (wasPromised) _promised--;
            var now = time.GetElapsedTime(_start);
            _next = Max(_next, now) + Interval(_recovery.RateAt(now));
            return true;
        }
    }

    /// <summary>Iterable said that it was too much: wait as long as it asks, then go on more slowly.</summary>
    /// <param name="retryAfter">What Iterable asks for, where it says.</param>
    /// <param name="age">How long ago the request was sent: what was sent before the last slow-down says nothing new.</param>
    public void SlowDown(TimeSpan? retryAfter, TimeSpan age)
    {
        lock (_lock)
        {
            var now = time.GetElapsedTime(_start);
            var isNews = now - age > _slowedAt;
            if (isNews)
            {
                // with nothing through since, it is closed rather than slower: a lower rate would not open it
                if (_gotThrough) _recovery.Refused(now);
                _pause = _gotThrough ? FirstPause : Min(_pause * 2, LongestPause);
                _gotThrough = false;
                _slowedAt = now;
            }
            _notBefore = Max(_notBefore, now + (retryAfter ?? (isNews ? _pause : TimeSpan.Zero)));
            _recovery.GoOnAt(_notBefore);
        }
    }

    /// <summary>A request got past the limit.</summary>
    public void GotThrough()
    {
        lock (_lock) _gotThrough = true;
    }

    private bool IsDue(int ahead, out TimeSpan wait)
    {
        var now = time.GetElapsedTime(_start);
        var rate = _recovery.RateAt(now);
        // those ahead are sent from now on, however long nothing was sent
        wait = Max(Max(_next, now) + (ahead * Interval(rate)) - Slack(rate, _recovery.IsSlow), _notBefore) - now;
        if (wait > TimeSpan.Zero) return false;
        wait = TimeSpan.Zero;
        return true;
    }

    private static TimeSpan Interval(double rate) => new((long)Math.Ceiling(TimeSpan.TicksPerSecond / rate));

    /// <summary>None but for late timers while it is slow: what comes in bursts is refused before its rate is too high.</summary>
    private static TimeSpan Slack(double rate, bool isSlow)
    {
        // with more, floor(rate) + 2 requests would fit into a second, where rate + 1 are allowed
        var most = (Math.Floor(rate + 1) / rate) - 1;
        var forTimers = Math.Min(Math.Min(0.02, 0.2 / rate), most);
        return new((long)(TimeSpan.TicksPerSecond * (isSlow ? forTimers : Math.Max(0.075 - (1 / rate), forTimers))));
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
