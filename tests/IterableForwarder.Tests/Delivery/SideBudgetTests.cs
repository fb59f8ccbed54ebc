using Iterable.Client;
using IterableForwarder.Delivery.Pacing;
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
    public async Task However_many_ask_they_get_a_tenth_of_the_budget_in_turn_and_no_less(double perSecond)
    {
        var side = new SideBudget(_whole, perSecond, _time);
        var asked = Enumerable.Range(0, 100).Select(_ => side.TakeAsync(EndpointClass.Lists, CancellationToken.None).AsTask()).ToList();

        for (var i = 0; i < asked.Count; i++)
        {
            if (i >= 3)
            {
                Assert.False(asked[i].IsCompleted);
                _time.Advance(TimeSpan.FromSeconds(10 / perSecond));
            }
            await asked[i].WaitAsync(Patience);
            // the first three do not wait for one another
            if (i >= 2) Assert.Equal(i + 1, _whole.Taken);
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
        _time.Advance(TimeSpan.FromSeconds(1));
        await second.WaitAsync(Patience);

        Assert.Equal(4, _whole.Taken);
    }

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
