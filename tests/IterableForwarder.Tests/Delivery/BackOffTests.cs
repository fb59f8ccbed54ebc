using CsCheck;
using IterableForwarder.Delivery.Pacing;

namespace IterableForwarder.Tests.Delivery;

public sealed class BackOffTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Min = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Max = TimeSpan.FromSeconds(60);

    [Fact]
    public void The_ceiling_doubles_up_to_the_longest_wait() => Assert.Equal(
        [1, 2, 4, 8, 16, 32, 60, 60],
        WaitsOf(new BackOff(Min, Max, new Always(1)), 8));

    [Fact]
    public void The_wait_is_anywhere_below_the_ceiling() => Assert.Equal(
        [0.5, 1, 2, 4, 8, 16, 30, 30],
        WaitsOf(new BackOff(Min, Max, new Always(0.5)), 8));

    [Fact]
    public void It_never_gives_up() => Gen.Int.Sample(
        seed =>
        {
            var backOff = new BackOff(Min, Max, new Random(seed));
            var waits = WaitsOf(backOff, 100).ToArray();

            Assert.All(waits, w => Assert.InRange(w, 0, 60));
            Assert.True(waits[10..].Average() > 20, "the waits spread over the whole minute");
            Assert.Equal(100, backOff.Failures);
        },
        iter: 100);

    [Theory]
    [InlineData(0.001, 30, 30)]
    [InlineData(1, 0.1, 1)]
    [InlineData(1, 600, 600)]
    public void A_wait_is_at_least_as_long_as_Iterable_asks(double jitter, double atLeast, double expected)
    {
        var backOff = new BackOff(Min, Max, new Always(jitter));

        backOff.Fail(Now, TimeSpan.FromSeconds(atLeast));

        Assert.Equal(Now + TimeSpan.FromSeconds(expected), backOff.Until);
    }

    [Fact]
    public void A_success_ends_the_back_off()
    {
        var backOff = new BackOff(Min, Max, new Always(1));
        _ = WaitsOf(backOff, 5).ToArray();

        backOff.Succeed();

        Assert.Equal((0, DateTimeOffset.MinValue), (backOff.Failures, backOff.Until));
        Assert.Equal([1], WaitsOf(backOff, 1));
    }

    private static IEnumerable<double> WaitsOf(BackOff backOff, int failures)
    {
        for (var i = 0; i < failures; i++)
        {
            backOff.Fail(Now);
            yield return (backOff.Until - Now).TotalSeconds;
        }
    }

    private sealed class Always(double value) : Random
    {
        public override double NextDouble() => value;
    }
}
