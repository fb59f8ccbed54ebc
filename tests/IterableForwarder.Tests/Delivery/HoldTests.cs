using Iterable.Sandbox.Faults;
using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Journal;

namespace IterableForwarder.Tests.Delivery;

public sealed class HoldTests
{
    [Fact]
    public async Task A_hold_that_cannot_be_stored_is_effective_all_the_same()
    {
        await using var pipeline = await Pipeline.StartAsync(settings: ("Delivery:ProbeEvery", "00:00:01"));
        var (connection, _) = await pipeline.ConnectAsync();
        var outage = pipeline.Sandbox.State.AddFault(new Fault { Kind = FaultKind.Status, Status = 503, Path = "/api/lists/subscribe" });
        await pipeline.PostAsync(connection, Wire.Add("a@x.com"));
        await pipeline.ConnectionAsync(connection, c => (string?)c["status"]!["lastError"] is not null);

        await TestStore.StopAsync(pipeline.Service.Services);
        pipeline.Sandbox.State.AddFault(new Fault { Kind = FaultKind.Status, Status = 401, Path = "/api/lists/subscribe" });
        pipeline.Sandbox.State.RemoveFault(outage);

        await Eventually.TrueAsync(() => Refused().Length > 2);
        var times = Refused();
        Assert.All(times.Zip(times.Skip(1)), pair => Assert.True(pair.Second - pair.First >= TimeSpan.FromSeconds(1)));

        DateTimeOffset[] Refused() => [.. pipeline.Sandbox.State.Calls("/api/lists/subscribe").Where(c => c.Status == 401).Select(c => c.Time)];
    }
}
