namespace IterableForwarder.Delivery.Pacing;

/// <summary>
/// Spreads requests evenly: one each <c>1/rate</c> of a second, with a burst just large enough that a late timer costs nothing. Slows
/// down when told to and recovers by itself (<see cref="RateRecovery"/>). Safe for concurrent use.
/// </summary>
/// <remarks>
/// A virtual clock (GCRA, the Generic Cell Rate Algorithm of ITU-T I.371): a request is let through when the clock that advances by one interval a request is at most the burst
/// ahead. In any second that lets through <c>rate·(1 + burst) + 1</c> requests; with a burst of <c>3/40 − 1/rate</c> seconds, this is
/// the rate and three fortieths of it, where eight are allowed: the rest is for what a busy machine or the network bunches on the way.
/// At low rates, where that leaves no burst, 20 ms make up for late timers; fewer just below a whole number, where they would let one
/// request too many into a second. Ticks are rounded against the caller.
/// </remarks>
internal sealed class RateLimiter(double perSecond, TimeProvider time)
{
    /// <summary>The wait after a 429 that names none; it doubles while nothing gets through at all.</summary>
    private static readonly TimeSpan MinPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(4);

    /// <summary>After a wait that was cut short, one request is tried; without an answer to it the next goes so much later.</summary>
    private static readonly TimeSpan TrialTimeout = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly long _start = time.GetTimestamp();
    private readonly RateRecovery _recovery = new(perSecond);

    // with nothing to make up for: in a process that has just begun the first ones are late, and those behind them would bunch
    private TimeSpan _next = Burst(perSecond, isSlow: false);

    private TimeSpan _notBefore = TimeSpan.Zero;
    private TimeSpan _slowedAt = TimeSpan.MinValue;
    private TimeSpan _pause = MinPause;
    private bool _gotThrough = true;
    private bool _isOnTrial;
    private int _reserved;

    /// <summary>How long Iterable still wants to be left alone; zero when it does not.</summary>
    public TimeSpan AskedWait
    {
        get
        {
            lock (_lock) return Max(_notBefore - time.GetElapsedTime(_start), TimeSpan.Zero);
        }
    }

    /// <summary>The setting, in requests a second.</summary>
    public void Set(double perSecond)
    {
        lock (_lock) _recovery.Set(perSecond);
    }

    /// <summary>
    /// Reserves one request for a call that is to be put together, when it could be sent now, all those reserved before it being sent
    /// first; else says how long that will be. A reservation ends with <see cref="TryAcquire"/> or with <see cref="Cancel"/>.
    /// </summary>
    public bool TryReserve(out TimeSpan wait)
    {
        lock (_lock)
        {
            if (!IsDue(_reserved, out wait)) return false;
            _reserved++;
            return true;
        }
    }

    /// <summary>A reserved request will not be sent.</summary>
    public void Cancel()
    {
        lock (_lock) _reserved--;
    }

    /// <summary>
    /// Acquires one request when it may be sent now; else says how long that will be. To be called right before it is sent: where the
    /// way from here to the wire is long, requests bunch on it.
    /// </summary>
    /// <param name="wait">Zero when it was acquired.</param>
    /// <param name="wasReserved">Whether this uses a reservation.</param>
    public bool TryAcquire(out TimeSpan wait, bool wasReserved = false)
    {
        lock (_lock)
        {
            if (!IsDue(0, out wait)) return false;
            if (wasReserved) _reserved--;
            var now = time.GetElapsedTime(_start);
            _next = Max(_next, now) + Interval(_recovery.RateAt(now));
            if (_isOnTrial) _notBefore = now + TrialTimeout;
            return true;
        }
    }

    /// <summary>Iterable said that it was too much: wait as long as it asks, then go on more slowly.</summary>
    /// <param name="retryAfter">How long to wait, where Iterable says so.</param>
    /// <param name="age">How long ago the request was sent: what was sent before the last slow-down says nothing new.</param>
    /// <param name="isCut">Whether Iterable asked for a longer wait: after it, one request is tried before others go.</param>
    public void SlowDown(TimeSpan? retryAfter, TimeSpan age, bool isCut = false)
    {
        lock (_lock)
        {
            var now = time.GetElapsedTime(_start);
            var isNews = now - age > _slowedAt;
            if (isNews)
            {
                // with nothing through since, it is closed rather than slower: a lower rate would not open it
                if (_gotThrough) _recovery.Refused(now);
                _pause = _gotThrough ? MinPause : Min(_pause * 2, MaxPause);
                _gotThrough = false;
                _slowedAt = now;
                // what the answer to the one request says counts, and no longer that it is missing
                if (_isOnTrial) _notBefore = now;
            }
            _isOnTrial |= isCut;
            _notBefore = Max(_notBefore, now + (retryAfter ?? (isNews ? _pause : TimeSpan.Zero)));
            _recovery.GoOnAt(_notBefore);
        }
    }

    /// <summary>A request got past the limit.</summary>
    public void GotThrough()
    {
        lock (_lock)
        {
            _gotThrough = true;
            if (_isOnTrial) _notBefore = TimeSpan.Zero;
            _isOnTrial = false;
        }
    }

    /// <summary>Ends a wait that Iterable asked for. One request is tried before others go.</summary>
    public void EndAskedWait()
    {
        lock (_lock)
        {
            var now = time.GetElapsedTime(_start);
            if (_notBefore <= now) return;
            _notBefore = now;
            _isOnTrial = true;
            _recovery.GoOnAt(now);
        }
    }

    private bool IsDue(int ahead, out TimeSpan wait)
    {
        var now = time.GetElapsedTime(_start);
        var rate = _recovery.RateAt(now);
        // those ahead are sent from now on, however long nothing was sent
        wait = Max(Max(_next, now) + (ahead * Interval(rate)) - Burst(rate, _recovery.IsSlow), _notBefore) - now;
        if (_isOnTrial && ahead > 0) wait = Max(wait, TrialTimeout);
        if (wait > TimeSpan.Zero) return false;
        wait = TimeSpan.Zero;
        return true;
    }

    private static TimeSpan Interval(double rate) => new((long)Math.Ceiling(TimeSpan.TicksPerSecond / rate));

    /// <summary>None but for late timers while it is slow: what comes in bursts is refused before its rate is too high.</summary>
    private static TimeSpan Burst(double rate, bool isSlow)
    {
        // with more, floor(rate) + 2 requests would fit into a second, where rate + 1 are allowed
        var max = (Math.Floor(rate + 1) / rate) - 1;
        var forTimers = Math.Min(Math.Min(0.02, 0.2 / rate), max);
        return new((long)(TimeSpan.TicksPerSecond * (isSlow ? forTimers : Math.Max(0.075 - (1 / rate), forTimers))));
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
