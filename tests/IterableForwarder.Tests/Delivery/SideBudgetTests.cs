using Iterable.Client;
using IterableForwarder.Delivery.Pacing;
using IterableForwarder.Tests.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace IterableForwarder.Tests.Delivery;

public sealed class SideBudgetTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();
    private readonly Counted _whole = new();

    [Theory]
    [InlineData(10)]
    [InlineData(0.5)]
    [InlineData(1000)]
    public async Task However_many_ask_they_get_a_tenth_of_the_budget_in_turn(double perSecond)
    {
        var side = new SideBudget(_whole, perSecond, _time);
        var asked = Enumerable.Range(0, 30).Select(_ => side.TakeAsync(EndpointClass.Lists, CancellationToken.None).AsTask()).ToList();
        var interval = TimeSpan.FromSeconds(10 / perSecond);
        var start = _time.GetTimestamp();

        foreach (var one in asked)
        {
            await PassTimeUntilAsync(one, interval / 2);
            Assert.InRange(_whole.Taken, asked.IndexOf(one) + 1, 3 + (_time.GetElapsedTime(start) / interval));
        }
    }

    [Fact]
    public async Task To_find_and_create_one_list_waits_for_nothing()
    {
        var side = new SideBudget(_whole, 10, _time);
        for (var i = 0; i < 2; i++) await side.TakeAsync(EndpointClass.Lists, CancellationToken.None).AsTask().WaitAsync(Patience);
        Assert.Equal(2, _whole.Taken);
    }

    [Fact]
    public async Task Whoever_gives_up_takes_nothing_and_the_next_goes_on()
    {
        var side = new SideBudget(_whole, 10, _time);
        for (var i = 0; i < 3; i++) await side.TakeAsync(EndpointClass.Lists, CancellationToken.None);
        using var giveUp = new CancellationTokenSource();
        var first = side.TakeAsync(EndpointClass.Lists, giveUp.Token).AsTask();
        var second = side.TakeAsync(EndpointClass.Lists, CancellationToken.None).AsTask();

        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await PassTimeUntilAsync(second, TimeSpan.FromSeconds(1));

        Assert.Equal(4, _whole.Taken);
    }

    /// <summary>In steps: whoever has worked out a wait may begin it only after a step, and then needs another.</summary>
    private Task PassTimeUntilAsync(Task done, TimeSpan step) => Eventually.TrueAsync(() =>
    {
        if (!done.IsCompleted) _time.Advance(step);
        return done.IsCompleted;
    });

    private sealed class Counted : ICallBudget
    {
        private int _taken;

        public int Taken => _taken;

        public ValueTask TakeAsync(EndpointClass endpointClass, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _taken);
            return ValueTask.CompletedTask;
        }
    }
}
