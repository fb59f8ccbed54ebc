using Iterable.Sandbox.Faults;
using IterableForwarder.Changes;
using IterableForwarder.Delivery;
using IterableForwarder.Tests.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace IterableForwarder.Tests.Telemetry;

public sealed class DeliveryFiguresTests
{
    [Fact]
    public async Task A_connection_shows_what_arrived_at_which_attempt_how_late_and_what_did_not_and_why()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, _) = await pipeline.ConnectAsync();
        pipeline.Sandbox.State.Forget(Pipeline.ApiKey, email: "gone@x.com");
        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add("a@x.com"), Wire.Add("gone@x.com"), """{"action":"add"}"""));
        pipeline.Sandbox.State.AddFault(new Fault { Kind = FaultKind.Status, Status = 503, Path = "/api/lists/subscribe", Times = 1 });
        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add("b@x.com")));

        var metrics = (await pipeline.ConnectionAsync(connection, _ => true))["metrics"]!;

        Assert.Equal((2, 2, 1, 1), ((int)metrics["delivered"]!, (int)metrics["notDelivered"]!, (int)metrics["onFirstAttempt"]!, (int)metrics["afterRetry"]!));
        Assert.Equal(0.5, (double)metrics["deliveredShare"]!);
        Assert.Equal((1, 1), ((int)metrics["discarded"]!["forgotten"]!, (int)metrics["discarded"]!["noEmail"]!));
        Assert.InRange((double)metrics["latencyP50Seconds"]!, 0.001, (double)metrics["latencyP95Seconds"]!);
        var text = (await pipeline.Service.SendAsync(HttpMethod.Get, "/metrics", authorization: $"Bearer {TestService.MetricsKey}")).Text;
        Assert.Contains("forwarder_delivery_latency_seconds_count{", text, StringComparison.Ordinal);
        Assert.Contains("attempt=\"retry\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_latency_is_counted_once_for_each_batch_in_a_call()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, _) = await pipeline.ConnectAsync();
        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add("a@x.com"), Wire.Add("b@x.com"), Wire.Add("c@x.com")));
        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add("d@x.com")));

        var text = (await pipeline.Service.SendAsync(HttpMethod.Get, "/metrics", authorization: $"Bearer {TestService.MetricsKey}")).Text;

        var counts = text.Split('\n').Where(l => l.StartsWith("forwarder_delivery_latency_seconds_count{", StringComparison.Ordinal));
        Assert.Equal("2", Assert.Single(counts).Split(' ')[1]);
    }

    [Fact]
    public void They_reach_back_an_hour_and_a_quantile_is_at_most_a_quarter_too_high()
    {
        var time = new FakeTimeProvider();
        var statistics = new DeliveryStatistics(time);
        var (one, other) = (new FeedId(Guid.NewGuid()), new FeedId(Guid.NewGuid()));
        statistics.Delivered(one, TimeSpan.FromDays(3), isFirstAttempt: false);
        time.Advance(TimeSpan.FromMinutes(61));
        for (var i = 1; i <= 100; i++) statistics.Delivered(i % 2 == 0 ? one : other, TimeSpan.FromMilliseconds(i * 10), isFirstAttempt: true);
        statistics.Discarded(other, "invalid", 3);

        var both = statistics.Of(one, other);

        Assert.Equal((100, 3, 100, 0), (both.Delivered, both.NotDelivered, both.OnFirstAttempt, both.AfterRetry));
        Assert.InRange(both.MedianLatency!.Value.TotalMilliseconds, 500, 500 * 1.25);
        Assert.InRange(both.HighLatency!.Value.TotalMilliseconds, 950, 950 * 1.25);
        Assert.Equal(50, statistics.Of(one).Delivered);
        time.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal((0, null), (statistics.Of(one, other).Delivered, statistics.Of(one).MedianLatency));
    }
}
