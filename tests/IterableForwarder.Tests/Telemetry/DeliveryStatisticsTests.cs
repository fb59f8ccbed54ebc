using IterableForwarder.Changes;
using IterableForwarder.Delivery;
using Microsoft.Extensions.Time.Testing;

namespace IterableForwarder.Tests.Telemetry;

public sealed class DeliveryStatisticsTests
{
    private const int Rounds = 400;
    private const int Counters = 3;

    private readonly FakeTimeProvider _time = new();
    private readonly FeedId[] _connections = [.. Enumerable.Range(0, 1000).Select(_ => new FeedId(Guid.NewGuid()))];

    [Fact]
    public void Counts_are_kept_while_old_connections_are_removed()
    {
        var statistics = new DeliveryStatistics(_time);
        // each counter in an order of its own: the sweep meets them wherever it is
        var orders = Enumerable.Range(0, Counters).Select(seed => Shuffled(new Random(seed))).ToArray();
        var kept = 0L;

        for (var round = 0; round < Rounds; round++)
        {
            // everything counted so far is too old: the first to count sweeps it out
            _time.Advance(DeliveryStatistics.Window + TimeSpan.FromMinutes(10));
            Parallel.ForEach(orders, new ParallelOptions { MaxDegreeOfParallelism = Counters }, order =>
            {
                foreach (var connection in order) statistics.Discarded(connection, "invalid", 1);
            });
            kept += statistics.Of(_connections).NotDelivered;
        }

        Assert.Equal((long)Rounds * Counters * _connections.Length, kept);
    }

    private FeedId[] Shuffled(Random random)
    {
        var order = _connections.ToArray();
        random.Shuffle(order);
        return order;
    }
}
