using CsCheck;
using IterableForwarder.Delivery.Pacing;
using Microsoft.Extensions.Time.Testing;

namespace IterableForwarder.Tests.Delivery;

public sealed class RateLimiterTests
{
    /// <summary>From one in ten seconds to a thousand a second, evenly over the magnitudes; often whole numbers, or just below one.</summary>
    private static readonly Gen<double> Rates = Gen.Select(Gen.Double[-1, 3], Gen.Int[0, 2], (magnitude, kind) => kind switch
    {
        0 => Math.Pow(10, magnitude),
        1 => Math.Ceiling(Math.Pow(10, magnitude)),
        _ => Math.Ceiling(Math.Pow(10, magnitude)) * 0.992,
    });

    [Fact]
    public void In_no_second_there_are_more_than_the_rate_and_a_fifth_of_it_at_least_one() => Gen.Select(Rates, Gen.Int[0, 3000].Array[1, 10]).Sample(
        (rate, lateMilliseconds) =>
        {
            var time = new FakeTimeProvider();
            var taken = TakeAll(new RateLimiter(rate, time), time, 300, i => TimeSpan.FromMilliseconds(lateMilliseconds[i % lateMilliseconds.Length] / 10.0));

            var most = (int)Math.Floor(rate + Math.Max(1, rate / 5) + 1e-9);
            for (var i = most; i < taken.Count; i++) Assert.True(taken[i] - taken[i - most] >= TimeSpan.FromSeconds(1), $"{most + 1} within {taken[i] - taken[i - most]}");
        },
        iter: 300);

    [Fact]
    public void After_an_idle_time_nothing_is_made_up_for() => Rates.Sample(
        rate =>
        {
            var time = new FakeTimeProvider();
            var pace = new RateLimiter(rate, time);
            TakeAll(pace, time, 5);
            time.Advance(TimeSpan.FromHours(1));

            var atOnce = 0;
            while (pace.TryAcquire(out _)) atOnce++;

            Assert.InRange(atOnce, 1, Math.Max(1, rate / 5));
        },
        iter: 100);

    [Fact]
    public void Over_time_there_are_never_more_than_the_rate_and_hardly_fewer_when_always_asked() => Rates.Sample(
        rate =>
        {
            var time = new FakeTimeProvider();
            var taken = TakeAll(new RateLimiter(rate, time), time, 1000);

            var budget = (taken[^1] - taken[0]).TotalSeconds * rate;
            Assert.InRange(taken.Count - 1, 0.95 * budget, budget + Math.Max(1, rate / 5));
        },
        iter: 100);

    /// <summary>In a cold process the first calls take long to be put together, and those behind them would all be sent at once.</summary>
    [Fact]
    public void Reserved_calls_that_come_late_still_keep_the_rate()
    {
        var time = new FakeTimeProvider();
        var pace = new RateLimiter(50, time);
        time.Advance(TimeSpan.FromSeconds(1));
        var promised = 0;
        while (pace.TryReserve(out _)) promised++;
        time.Advance(TimeSpan.FromMilliseconds(400));

        var taken = 0;
        while (pace.TryAcquire(out _, wasReserved: true)) taken++;

        Assert.Equal(3, promised);
        Assert.Equal(3, taken);
        Assert.False(pace.TryReserve(out var wait));
        Assert.InRange(wait.TotalMilliseconds, 1, 20);
    }

    [Fact]
    public void In_a_process_that_has_just_started_calls_are_sent_one_by_one()
    {
        var time = new FakeTimeProvider();
        var taken = TakeAll(new RateLimiter(50, time), time, 20);

        for (var i = 1; i < taken.Count; i++) Assert.InRange((taken[i] - taken[i - 1]).TotalMilliseconds, 19.9, 21);
    }

    [Fact]
    public void After_an_idle_time_no_more_is_reserved_than_before_it()
    {
        var time = new FakeTimeProvider();
        var pace = new RateLimiter(50, time);
        Assert.True(pace.TryAcquire(out _));
        time.Advance(TimeSpan.FromHours(1));

        var promised = 0;
        while (pace.TryReserve(out _)) promised++;

        Assert.Equal(3, promised);
    }

    [Fact]
    public void A_cancelled_reservation_makes_room_for_another()
    {
        var pace = new RateLimiter(1, new FakeTimeProvider());
        Assert.True(pace.TryReserve(out _));
        Assert.False(pace.TryReserve(out var wait));
        Assert.True(wait > TimeSpan.Zero);

        pace.Cancel();

        Assert.True(pace.TryReserve(out _));
        Assert.True(pace.TryAcquire(out _, wasReserved: true));
        Assert.False(pace.TryAcquire(out _));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(100)]
    public void A_timer_that_is_ten_milliseconds_late_costs_nothing(double rate)
    {
        var time = new FakeTimeProvider();
        var taken = TakeAll(new RateLimiter(rate, time), time, 1000, _ => TimeSpan.FromMilliseconds(10));

        Assert.InRange((taken.Count - 1) / (taken[^1] - taken[0]).TotalSeconds / rate, 0.99, 1.01 + (0.2 * rate / taken.Count));
    }

    [Fact]
    public void The_wait_that_it_names_is_sufficient_and_not_too_long()
    {
        var time = new FakeTimeProvider();
        var pace = new RateLimiter(2, time);
        while (pace.TryAcquire(out _))
        {
        }

        Assert.False(pace.TryAcquire(out var wait));
        time.Advance(wait - TimeSpan.FromTicks(1));
        Assert.False(pace.TryAcquire(out _));
        time.Advance(TimeSpan.FromTicks(1));
        Assert.True(pace.TryAcquire(out wait));
        Assert.Equal(TimeSpan.Zero, wait);
    }

    [Theory]
    [InlineData(null, 1)]
    [InlineData(7, 7)]
    [InlineData(90, 90)]
    public void After_too_many_requests_it_waits_as_long_as_it_was_asked_to(int? retryAfterSeconds, int waitSeconds)
    {
        var time = new FakeTimeProvider();
        var pace = new RateLimiter(10, time);
        pace.TryAcquire(out _);

        pace.SlowDown(retryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null, TimeSpan.Zero);

        Assert.False(pace.TryAcquire(out var wait));
        Assert.Equal(TimeSpan.FromSeconds(waitSeconds), wait);
        time.Advance(wait);
        Assert.True(pace.TryAcquire(out _));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(7)]
    [InlineData(90)]
    public void Then_it_continues_at_half_the_rate_and_recovers_within_a_minute_without_refusals(int? retryAfterSeconds)
    {
        var time = new FakeTimeProvider();
        var pace = new RateLimiter(10, time);
        pace.SlowDown(retryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null, TimeSpan.Zero);
        pace.TryAcquire(out var wait);
        time.Advance(wait);

        Assert.InRange(CountFor(pace, time, TimeSpan.FromSeconds(4)), 18, 24);
        Assert.InRange(CountFor(pace, time, TimeSpan.FromSeconds(26)), 200, 235);
        CountFor(pace, time, TimeSpan.FromSeconds(30));
        Assert.InRange(CountFor(pace, time, TimeSpan.FromSeconds(10)), 99, 102);
    }

    [Fact]
    public void The_answers_to_calls_in_flight_together_slow_it_down_once()
    {
        var time = new FakeTimeProvider();
        var pace = new RateLimiter(10, time);
        for (var i = 0; i < 20; i++) pace.SlowDown(null, TimeSpan.Zero);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.InRange(CountFor(pace, time, TimeSpan.FromSeconds(4)), 18, 24);
    }

    [Fact]
    public void A_longer_wait_replaces_the_current_one_and_a_shorter_one_does_not()
    {
        var time = new FakeTimeProvider();
        var pace = new RateLimiter(10, time);

        pace.SlowDown(TimeSpan.FromSeconds(10), TimeSpan.Zero);
        pace.SlowDown(TimeSpan.FromSeconds(30), TimeSpan.Zero);
        pace.SlowDown(TimeSpan.FromSeconds(5), TimeSpan.Zero);

        pace.TryAcquire(out var wait);
        Assert.Equal(TimeSpan.FromSeconds(30), wait);
    }

    [Fact]
    public void A_new_setting_counts_at_once()
    {
        var time = new FakeTimeProvider();
        var pace = new RateLimiter(1, time);
        pace.TryAcquire(out _);

        pace.Set(100);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.InRange(CountFor(pace, time, TimeSpan.FromSeconds(10)), 990, 1020);
    }

    private static int CountFor(RateLimiter pace, FakeTimeProvider time, TimeSpan duration)
    {
        var end = time.GetUtcNow() + duration;
        var count = 0;
        while (true)
        {
            if (pace.TryAcquire(out var wait))
            {
                count++;
                continue;
            }
            if (time.GetUtcNow() + wait >= end) break;
            time.Advance(wait);
        }
        time.Advance(end - time.GetUtcNow());
        return count;
    }

    /// <summary>When each of so many was taken by somebody who asks again as soon as told to, or a little later.</summary>
    private static List<TimeSpan> TakeAll(RateLimiter pace, FakeTimeProvider time, int count, Func<int, TimeSpan>? late = null)
    {
        var taken = new List<TimeSpan>(count);
        while (taken.Count < count)
        {
            if (pace.TryAcquire(out var wait)) taken.Add(time.GetElapsedTime(0));
            else time.Advance(wait + (late?.Invoke(taken.Count) ?? TimeSpan.Zero));
        }
        return taken;
    }
}
