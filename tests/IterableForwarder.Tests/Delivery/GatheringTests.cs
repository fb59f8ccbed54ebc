using Iterable.Sandbox.Faults;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Delivery;

public sealed class GatheringTests
{
    [Fact]
    public async Task A_connection_that_has_just_sent_collects_changes_until_a_call_is_full()
    {
        await using var pipeline = await Pipeline.StartAsync(settings: ("Delivery:GatherTime", "00:01:00"));
        var (connection, list) = await pipeline.ConnectAsync();

        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add("first@x.com")));
        var second = await pipeline.PostAsync(connection, Wire.Add("second@x.com"));
        for (var i = 0; i < 9; i++) await pipeline.PostAsync(connection, [.. Enumerable.Range(0, 100).Select(n => Wire.Add($"m{i}-{n}@x.com"))]);
        Assert.Equal("pending", (string)(await pipeline.BatchAsync(second))["state"]!);
        await pipeline.PostAsync(connection, [.. Enumerable.Range(0, 99).Select(n => Wire.Add($"last-{n}@x.com"))]);
        await pipeline.CompletedAsync(second);

        Assert.Equal([1, 1000], pipeline.Sandbox.State.Calls("/api/lists/subscribe").Select(c => c.MemberCount));
        Assert.Equal(1001, pipeline.EmailsOn(list).Length);
    }

    [Fact]
    public async Task A_list_of_2505_is_filled_by_calls_of_at_most_a_thousand()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list) = await pipeline.ConnectAsync();

        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, [.. Enumerable.Range(0, 2505).Select(n => Wire.Add($"m{n}@x.com"))]));

        Assert.Equal([505, 1000, 1000], pipeline.Sandbox.State.Calls("/api/lists/subscribe").Select(c => c.MemberCount).Order());
        Assert.Equal(2505, pipeline.EmailsOn(list).Length);
    }

    [Fact]
    public async Task What_exceeds_the_bytes_of_a_call_follows_without_waiting()
    {
        await using var pipeline = await Pipeline.StartAsync(settings: ("Delivery:GatherTime", "00:01:00"));
        var (connection, list) = await pipeline.ConnectAsync(",\"attributes\":{\"note\":\"note\"}");
        var attributes = $",\"attributes\":{{\"note\":\"{new string('x', 30_000)}\"}}";

        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, [.. Enumerable.Range(0, 300).Select(n => Wire.Add($"m{n}@x.com", attributes))]));

        Assert.Equal(3, pipeline.Sandbox.State.Calls("/api/lists/subscribe").Count);
        Assert.Equal(300, pipeline.EmailsOn(list).Length);
    }

    [Fact]
    public async Task A_call_that_Iterable_finds_too_large_is_sent_in_halves_from_then_on()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list) = await pipeline.ConnectAsync();
        pipeline.Sandbox.State.Configure(Pipeline.ApiKey, p => p with { MaxMembersPerCall = 300 });

        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, [.. Enumerable.Range(0, 1000).Select(n => Wire.Add($"m{n}@x.com"))]));
        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, [.. Enumerable.Range(0, 1000).Select(n => Wire.Add($"n{n}@x.com"))]));

        Assert.Equal(2000, pipeline.EmailsOn(list).Length);
        Assert.InRange(pipeline.Sandbox.State.Calls("/api/lists/subscribe").Count(c => c.Status != 200), 1, 4);
    }

    [Fact]
    public async Task After_a_429_delivery_waits_and_loses_nobody()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list) = await pipeline.ConnectAsync();
        pipeline.Sandbox.State.AddFault(new Fault { Kind = FaultKind.Status, Status = 429, Code = "RateLimitExceeded", RetryAfterSeconds = 1, Path = "/api/lists/subscribe", Times = 1 });

        var account = await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add("a@x.com")));

        Assert.Equal(1, (long)account["counts"]!["delivered"]!);
        var calls = pipeline.Sandbox.State.Calls("/api/lists/subscribe");
        Assert.Equal(2, calls.Count);
        Assert.True(calls[1].Time - calls[0].Time >= TimeSpan.FromSeconds(1));
        Assert.Equal(["a@x.com"], pipeline.EmailsOn(list));
    }

    [Fact]
    public async Task Changes_accepted_before_a_list_was_exchanged_keep_their_list()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, old) = await pipeline.ConnectAsync();
        (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/pause")).Expect(200);
        var before = await pipeline.PostAsync(connection, Wire.Add("before@x.com"));
        var other = pipeline.Sandbox.State.AddList(Pipeline.ApiKey, "other").Id;
        (await pipeline.Service.PatchAsync($"/api/v1/connections/{connection}", $$"""{"listId":{{other}}}""")).Expect(200);
        var after = await pipeline.PostAsync(connection, Wire.Add("after@x.com"));

        (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/resume")).Expect(200);
        await pipeline.CompletedAsync(before);
        await pipeline.CompletedAsync(after);

        Assert.Equal(["before@x.com"], pipeline.EmailsOn(old));
        Assert.Equal(["after@x.com"], pipeline.EmailsOn(other));
    }
}
