using IterableForwarder.Changes;
using IterableForwarder.Delivery;
using IterableForwarder.Delivery.Calls;
using IterableForwarder.Delivery.Dispatch;
using IterableForwarder.Tests.Changes;
using IterableForwarder.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace IterableForwarder.Tests.Delivery;

public sealed class WindowTests
{
    private static readonly byte[] Thousand = Some.Encoded(Enumerable.Range(0, 1000).Select(i => Some.Add($"{i}@example.com")));

    /// <summary>10 calls of 1000 members a second is what Iterable allows: those that wait for an answer must leave room for the next.</summary>
    [Theory]
    [InlineData(0.2, 20_000)]
    [InlineData(6, 60_000)]
    [InlineData(600, 250_000)]
    public async Task The_slower_the_answers_the_more_is_loaded(double seconds, int atLeast)
    {
        await using var pipeline = await Pipeline.StartAsync();
        var tools = pipeline.Service.Services.GetRequiredService<DeliveryTools>();
        var queue = new DeliveryQueue(new(Guid.NewGuid()), 1, ChangeKind.Membership, new LearnedLimits(CallKinds.Of(ChangeKind.Membership).Limits), tools);
        queue.HaveRead(more: false, announcedBefore: 0);
        queue.Answered(TimeSpan.FromSeconds(seconds));

        var loaded = 0;
        while (queue.NextSlice is { } slice)
        {
            for (var read = 0; read < slice.Changes; read += 1000, loaded += 1000)
            {
                var cost = LoadedMemory.CostOf(1000, Thousand.Length);
                tools.Memory.Take(cost);
                queue.Take(new(new(loaded + 1, Some.Rule(), Thousand, new byte[1000]), new HashSet<int>(), cost));
            }
        }

        queue.Forget();
        Assert.InRange(loaded, atLeast, atLeast + 20_000);
    }
}
