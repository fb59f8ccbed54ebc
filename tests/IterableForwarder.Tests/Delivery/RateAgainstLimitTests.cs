using IterableForwarder.Delivery.Pacing;
using Microsoft.Extensions.Time.Testing;

namespace IterableForwarder.Tests.Delivery;

/// <summary>A server that allows less than the setting, in the ways in which servers count, by a clock that the test owns.</summary>
public sealed class RateAgainstLimitTests
{
    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Measured = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan Trip = TimeSpan.FromMilliseconds(150);

    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(10, 9)]
    [InlineData(10, 6)]
    [InlineData(10, 3)]
    [InlineData(10, 1)]
    [InlineData(100, 40)]
    [InlineData(500, 20)]
    public void It_reaches_nine_tenths_or_more_of_what_a_bucket_lets_through(double setting, double limit)
    {
        foreach (var size in new[] { limit / 5, limit, limit * 10 }) AssertSettles(setting, limit, new Bucket(limit, Math.Max(2, size)), says: null);
    }

    [Theory]
    [InlineData(10, 6)]
    [InlineData(10, 1)]
    [InlineData(100, 40)]
    public void And_of_what_a_window_of_a_second_lets_through(double setting, double limit) => AssertSettles(setting, limit, new Window(limit, TimeSpan.FromSeconds(1)), says: null);

    [Theory]
    [InlineData(10, 6)]
    [InlineData(10, 1)]
    [InlineData(100, 40)]
    public void And_of_what_a_window_of_a_minute_lets_through(double setting, double limit) => AssertSettles(setting, limit, new Window(limit, TimeSpan.FromMinutes(1)), says: null);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Also_where_the_server_says_how_long_to_wait(int seconds) => AssertSettles(10, 6, new Bucket(6, 60), TimeSpan.FromSeconds(seconds));

    [Fact]
    public void It_never_goes_above_the_setting_and_is_back_there_once_the_limit_is_gone()
    {
        var pace = new RateLimiter(10, _time);
        Run(pace, new Bucket(2, 2), Settling, null);

        Run(pace, new Bucket(1000, 1000), TimeSpan.FromMinutes(4), null);

        Assert.InRange(Run(pace, new Bucket(1000, 1000), TimeSpan.FromSeconds(100), null), 995, 1003);
    }

    [Fact]
    public void Refusals_of_calls_from_before_it_slowed_down_do_not_slow_it_down_again()
    {
        var pace = new RateLimiter(10, _time);
        pace.TryAcquire(out _);
        _time.Advance(TimeSpan.FromSeconds(3));
        pace.SlowDown(null, TimeSpan.FromSeconds(0.1));
        _time.Advance(TimeSpan.FromSeconds(1.5));
        pace.GotThrough();

        pace.SlowDown(null, TimeSpan.FromSeconds(4));

        Assert.True(pace.TryAcquire(out _));
        Assert.InRange(Run(pace, new Bucket(1000, 1000), TimeSpan.FromSeconds(2), null), 9, 13);
    }

    private void AssertSettles(double setting, double limit, IServerLimit server, TimeSpan? says)
    {
        var pace = new RateLimiter(setting, _time);
        Run(pace, server, Settling, says);

        var through = Run(pace, server, Measured, says);

        var share = through / (Measured.TotalSeconds * limit);
        Assert.True(share >= 0.9, $"{share:P1} of {limit} a second, set to {setting}, {server}");
    }

    /// <summary>Sends whatever the pace allows, with answers a little later; returns how many the server let through.</summary>
    private int Run(RateLimiter pace, IServerLimit server, TimeSpan duration, TimeSpan? says)
    {
        var end = _time.GetUtcNow() + duration;
        var answers = new Queue<(DateTimeOffset At, bool LetThrough)>();
        var through = 0;
        while (_time.GetUtcNow() < end)
        {
            while (answers.TryPeek(out var due) && due.At <= _time.GetUtcNow())
            {
                answers.Dequeue();
                if (due.LetThrough) pace.GotThrough();
                else pace.SlowDown(says, Trip);
            }
            if (pace.TryAcquire(out var wait))
            {
                var isLetThrough = server.Take(_time.GetUtcNow());
                if (isLetThrough) through++;
                answers.Enqueue((_time.GetUtcNow() + Trip, isLetThrough));
                continue;
            }
            var next = answers.TryPeek(out var first) ? first.At - _time.GetUtcNow() : wait;
            _time.Advance(next < wait ? next : wait);
        }
        return through;
    }

    private interface IServerLimit
    {
        bool Take(DateTimeOffset now);
    }

    private sealed record Bucket(double PerSecond, double Size) : IServerLimit
    {
        private double _tokens = Size;
        private DateTimeOffset? _filledAt;

        public bool Take(DateTimeOffset now)
        {
            _tokens = Math.Min(Size, _tokens + ((now - (_filledAt ?? now)).TotalSeconds * PerSecond));
            _filledAt = now;
            if (_tokens < 1) return false;
            _tokens--;
            return true;
        }
    }

    private sealed record Window(double PerSecond, TimeSpan Length) : IServerLimit
    {
        private DateTimeOffset _began;
        private double _left;

        public bool Take(DateTimeOffset now)
        {
            if (now - _began >= Length) (_began, _left) = (now, PerSecond * Length.TotalSeconds);
            if (_left < 1) return false;
            _left--;
            return true;
        }
    }
}
