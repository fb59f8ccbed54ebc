using Iterable.Sandbox.Faults;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Delivery;

/// <summary>The probes of a connection that is held as <c>requestRefused</c> are a search: refused members hold nobody up for longer than one interval.</summary>
public sealed class RequestSearchTests
{
    [Theory]
    [InlineData(4)]
    [InlineData(25)]
    public async Task A_good_member_behind_refused_ones_is_delivered_within_one_probe_interval(int refused)
    {
        await using var pipeline = await Pipeline.StartAsync(settings: ("Delivery:ProbeEvery", "00:00:01"));
        var (connection, list) = await pipeline.ConnectAsync();
        pipeline.Sandbox.State.AddFault(new Fault { Kind = FaultKind.Status, Status = 400, Code = "BadParams", Message = "no", WhenBodyContains = "bad" });
        var bad = await pipeline.PostAsync(connection, [.. Enumerable.Range(0, refused).Select(i => Wire.Add($"bad{i}@x.com"))]);
        await pipeline.ConnectionAsync(connection, c => (string?)c["holdReason"] == "requestRefused");

        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add("good@x.com")));

        Assert.Equal(["good@x.com"], pipeline.EmailsOn(list));
        var account = await pipeline.CompletedAsync(bad);
        Assert.Equal(refused, (long)account["counts"]!["rejected"]!);
        Assert.Equal("active", (string)(await pipeline.ConnectionAsync(connection, c => c["holds"]!.AsArray().Count == 0))["state"]!);
    }

    [Fact]
    public async Task When_the_cause_is_removed_nobody_is_rejected()
    {
        await using var pipeline = await Pipeline.StartAsync(settings: ("Delivery:ProbeEvery", "00:00:01"));
        var (connection, list) = await pipeline.ConnectAsync();
        var fault = pipeline.Sandbox.State.AddFault(new Fault { Kind = FaultKind.Status, Status = 400, Code = "BadParams", Message = "campaign", Path = "/api/lists/subscribe" });
        var batch = await pipeline.PostAsync(connection, [.. Enumerable.Range(0, 12).Select(i => Wire.Add($"m{i}@x.com"))]);
        await pipeline.ConnectionAsync(connection, c => (string?)c["holdReason"] == "requestRefused");
        // every member is accused before the cause is mended
        var calls = pipeline.Sandbox.State.CallsReceived("/api/lists/subscribe");
        await Eventually.TrueAsync(() => pipeline.Sandbox.State.CallsReceived("/api/lists/subscribe") >= calls + 13);

        pipeline.Sandbox.State.RemoveFault(fault);

        Assert.Equal(12, (long)(await pipeline.CompletedAsync(batch))["counts"]!["delivered"]!);
        Assert.Equal(12, pipeline.EmailsOn(list).Length);
    }
}
