using IterableForwarder.Changes;

namespace IterableForwarder.Delivery;

/// <summary>
/// Counts, for each feed and over the last hour, what was delivered, how long after its acceptance and at which attempt, and what was
/// not and why. In memory: some 5 KB for each feed that had anything within the hour. Safe for concurrent use.
/// </summary>
internal sealed class DeliveryStatistics(TimeProvider time)
{
    public static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private static readonly TimeSpan SliceLength = TimeSpan.FromMinutes(5);

    /// <summary>
    /// One lock for all feeds: a feed is never swept out between the moment it is found and the moment it is counted in. It is
    /// held for some hundred nanoseconds, once for each entry of a call.
    /// </summary>
    private readonly Lock _lock = new();

    private readonly Dictionary<FeedId, Slices> _feeds = [];
    private readonly long _start = time.GetTimestamp();
    private long _swept;

    private long Now => time.GetElapsedTime(_start).Ticks / SliceLength.Ticks;

    public void Delivered(FeedId feed, TimeSpan latency, bool isFirstAttempt, int changes = 1)
    {
        if (changes == 0) return;
        lock (_lock) SliceOf(feed).Delivered(latency, isFirstAttempt, changes);
    }

    /// <summary>So many changes are pending no more, and that is on disk.</summary>
    public void Settled(FeedId feed, long changes)
    {
        lock (_lock) SlicesOf(feed).Rate.Add(time.GetElapsedTime(_start), changes);
    }

    /// <summary>Changes settled a second, of several feeds together, over the last minute or since they began to flow; 0 when none was.</summary>
    public double RateOf(params IEnumerable<FeedId> feeds)
    {
        lock (_lock)
        {
            var now = time.GetElapsedTime(_start);
            return feeds.Sum(c => _feeds.TryGetValue(c, out var slices) ? slices.Rate.At(now) : 0);
        }
    }

    public void Discarded(FeedId feed, string reason, long changes)
    {
        lock (_lock) SliceOf(feed).Discarded(reason, changes);
    }

    /// <summary>Of several feeds together, such as the two of a stream.</summary>
    public DeliveryFigures Of(params IEnumerable<FeedId> feeds)
    {
        var sum = new Slice();
        lock (_lock)
        {
            var now = Now;
            foreach (var feed in feeds)
            {
                if (!_feeds.TryGetValue(feed, out var slices)) continue;
                foreach (var slice in slices.Since(now)) sum.Add(slice);
            }
        }
        return sum.ToFigures();
    }

    private Slice SliceOf(FeedId feed) => SlicesOf(feed).At(Now);

    private Slices SlicesOf(FeedId feed)
    {
        Sweep(Now);
        if (!_feeds.TryGetValue(feed, out var slices)) _feeds[feed] = slices = new();
        return slices;
    }

    /// <summary>Feeds that had nothing for an hour take no memory.</summary>
    private void Sweep(long now)
    {
        if (now == _swept) return;
        _swept = now;
        foreach (var (feed, slices) in _feeds)
        {
            // removing from a dictionary does not disturb a walk over it
            if (!slices.Since(now).Any()) _feeds.Remove(feed);
        }
    }

    /// <summary>The last slices of one feed, each in the place of the one an hour before.</summary>
    private sealed class Slices
    {
        private static readonly int Count = (int)(Window / SliceLength);

        private readonly (long Number, Slice? Slice)[] _ring = new (long, Slice?)[Count];

        public RecentRate Rate { get; } = new();

        public Slice At(long number)
        {
            ref var place = ref _ring[number % Count];
            if (place.Slice is null || place.Number != number) place = (number, new Slice());
            return place.Slice;
        }

        public IEnumerable<Slice> Since(long now) => _ring.Where(p => p.Slice is not null && p.Number > now - Count).Select(p => p.Slice!);
    }

    private sealed class Slice
    {
        private readonly LatencyCounts _latencies = new();
        private readonly Dictionary<string, long> _discarded = [];
        private long _first;
        private long _retried;

        public void Delivered(TimeSpan latency, bool isFirstAttempt, int changes)
        {
            _latencies.Add(latency, changes);
            if (isFirstAttempt) _first += changes;
            else _retried += changes;
        }

        public void Discarded(string reason, long changes) => _discarded[reason] = _discarded.GetValueOrDefault(reason) + changes;

        public void Add(Slice other)
        {
            _latencies.Add(other._latencies);
            (_first, _retried) = (_first + other._first, _retried + other._retried);
            foreach (var (reason, changes) in other._discarded) Discarded(reason, changes);
        }

        public DeliveryFigures ToFigures() => new()
        {
            Over = Window,
            Delivered = _first + _retried,
            NotDelivered = _discarded.Values.Sum(),
            MedianLatency = _latencies.Quantile(0.5),
            HighLatency = _latencies.Quantile(0.95),
            OnFirstAttempt = _first,
            AfterRetry = _retried,
            Discarded = _discarded,
        };
    }
}

/// <summary>Times in classes a quarter wider each, from a millisecond to ten days: a quantile is at most a quarter too high.</summary>
internal sealed class LatencyCounts
{
    private const double Growth = 1.25;
    private const int Classes = 92;

    private readonly int[] _counts = new int[Classes];
    private long _total;

    public void Add(TimeSpan latency, int times = 1)
    {
        var milliseconds = latency.TotalMilliseconds;
        var index = milliseconds <= 1 ? 0 : (int)Math.Ceiling(Math.Log(milliseconds, Growth));
        _counts[Math.Min(index, Classes - 1)] += times;
        _total += times;
    }

    public void Add(LatencyCounts other)
    {
        for (var i = 0; i < Classes; i++) _counts[i] += other._counts[i];
        _total += other._total;
    }

    /// <summary>The upper bound of the class it falls into; null when there is none.</summary>
    public TimeSpan? Quantile(double share)
    {
        if (_total == 0) return null;
        var seen = 0L;
        for (var i = 0; i < Classes; i++)
        {
            seen += _counts[i];
            if (seen >= share * _total) return TimeSpan.FromMilliseconds(Math.Pow(Growth, i));
        }
        return TimeSpan.FromMilliseconds(Math.Pow(Growth, Classes - 1));
    }
}
