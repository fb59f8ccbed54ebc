using System.Diagnostics;
using Iterable.Sandbox.Faults;
using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Ingress.Segment;
using Xunit.Abstractions;

namespace IterableForwarder.Tests.Guarantees;

public sealed class G5_No_neighbour_waits(ITestOutputHelper output)
{
    [Theory]
    [InlineData(FaultKind.Status)]
    [InlineData(FaultKind.Hang)]
    [InlineData(FaultKind.Reset)]
    public async Task A_failing_or_hanging_connection_delays_no_other(FaultKind kind)
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (bad, badList) = await pipeline.ConnectAsync();
        var (good, goodList) = await pipeline.ConnectAsync();
        pipeline.Sandbox.State.AddFault(new Fault { Kind = kind, Status = 500, WhenBodyContains = $"\"listId\":{badList}," });

        await pipeline.PostAsync(bad, Wire.Add("a@x.com"));
        await pipeline.Sandbox.State.WaitForCallsAsync(1, "/api/lists/subscribe");
        await pipeline.CompletedAsync(await pipeline.PostAsync(good, Wire.Add("b@x.com")));

        Assert.Equal(["b@x.com"], pipeline.EmailsOn(goodList));
        Assert.Empty(pipeline.EmailsOn(badList));
    }

    [Fact]
    public async Task A_connection_whose_many_calls_hang_delays_no_other()
    {
        await using var pipeline = await Pipeline.StartAsync(settings: [("Delivery:MaxCallsInFlight", "4"), ("Iterable:AttemptTimeout", "00:10:00")]);
        var (bad, badList) = await pipeline.ConnectAsync();
        var (good, goodList) = await pipeline.ConnectAsync();
        pipeline.Sandbox.State.AddFault(new Fault { Kind = FaultKind.Hang, WhenBodyContains = $"\"listId\":{badList}," });

        await pipeline.PostAsync(bad, [.. Enumerable.Range(0, 10_000).Select(i => Wire.Add($"m{i}@x.com"))]);
        await pipeline.Sandbox.State.WaitForCallsAsync(2, "/api/lists/subscribe");
        for (var i = 0; i < 3; i++) await pipeline.CompletedAsync(await pipeline.PostAsync(good, Wire.Add($"{i}@x.com")));

        Assert.Equal(["0@x.com", "1@x.com", "2@x.com"], pipeline.EmailsOn(goodList));
    }

    [Fact]
    public async Task A_paused_connection_waits_alone_and_continues_when_resumed()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (paused, pausedList) = await pipeline.ConnectAsync();
        var (other, otherList) = await pipeline.ConnectAsync();
        (await pipeline.Service.PostAsync($"/api/v1/connections/{paused}/pause")).Expect(200);

        var waiting = await pipeline.PostAsync(paused, Wire.Add("a@x.com"));
        await pipeline.CompletedAsync(await pipeline.PostAsync(other, Wire.Add("b@x.com")));

        Assert.Equal(["b@x.com"], pipeline.EmailsOn(otherList));
        Assert.Equal("pending", (string)(await pipeline.BatchAsync(waiting))["state"]!);

        (await pipeline.Service.PostAsync($"/api/v1/connections/{paused}/resume")).Expect(200);
        await pipeline.CompletedAsync(waiting);
        Assert.Equal(["a@x.com"], pipeline.EmailsOn(pausedList));
    }

    [Fact]
    public async Task A_long_backlog_does_not_block_a_single_change_on_another_connection()
    {
        await using var pipeline = await Pipeline.StartAsync(budgets: """{"lists":10}""");
        var (backfill, _) = await pipeline.ConnectAsync();
        var (single, _) = await pipeline.ConnectAsync();
        await pipeline.PostAsync(backfill, [.. Enumerable.Range(0, 30_000).Select(i => Wire.Add($"m{i}@x.com"))]);
        await pipeline.Sandbox.State.WaitForCallsAsync(3, "/api/lists/subscribe");

        await pipeline.CompletedAsync(await pipeline.PostAsync(single, Wire.Add("b@x.com")));

        var members = pipeline.Sandbox.State.Calls("/api/lists/subscribe").Select(c => c.MemberCount).ToList();
        // the backlog needs thirty calls; the single change was not behind them
        Assert.InRange(members.IndexOf(1), 3, 12);
    }

    /// <summary>Each new audience owes two calls: to look for its list, and to create it.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(4000)]
    public async Task A_message_with_many_new_audiences_does_not_block_a_single_change_of_its_project(int audiences)
    {
        await using var pipeline = await Pipeline.StartAsync(budgets: """{"lists":20}""", settings: ("Ingest:MaxNewAudiences", "4000"));
        var (single, list) = await pipeline.ConnectAsync();
        var events = Enumerable.Range(0, audiences).Select(i => SegmentWire.Identify("a@x.com", audience: $"audience_{i}", list: null));
        var began = Stopwatch.StartNew();
        (await pipeline.Service.PostAsync(SegmentWire.PathOf(pipeline.ProjectId), SegmentWire.ArrayOf(events))).Expect(202);
        output.WriteLine($"{audiences} new audiences: {began.ElapsedMilliseconds} ms until the response");
        await pipeline.Sandbox.State.WaitForCallsAsync(1, "/api/lists");

        await pipeline.CompletedAsync(await pipeline.PostAsync(single, Wire.Add("b@x.com")));

        Assert.Equal(["b@x.com"], pipeline.EmailsOn(list));
        // a tenth of the budget is two calls a second, and three need not wait: however long this took, the others had the rest
        Assert.InRange(pipeline.Sandbox.State.Calls("/api/lists").Count, 1, 3 + (2 * began.Elapsed.TotalSeconds));
    }
}
