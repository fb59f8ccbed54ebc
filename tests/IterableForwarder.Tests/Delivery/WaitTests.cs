using System.Text.Json.Nodes;
using Iterable.Sandbox.Faults;
using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Ingress.Amplitude.Streams;

namespace IterableForwarder.Tests.Delivery;

/// <summary>Whatever waits has its reason on display, and an end: a number that comes from Iterable is bounded, and an operator can overrule it.</summary>
public sealed class WaitTests
{
    private static readonly (string, string) Soon = ("Delivery:MaxRetryAfter", "00:00:02");

    [Theory]
    [InlineData(503, "backOff")]
    [InlineData(429, "rateLimit")]
    public async Task A_long_Retry_After_is_shown_and_cut_to_the_maximum(int status, string reason)
    {
        await using var pipeline = await Pipeline.StartAsync(settings: Soon);
        var (connection, list) = await pipeline.ConnectAsync();
        Fail(pipeline, status, times: 1);

        var batch = await pipeline.PostAsync(connection, Wire.Add("a@x.com"));

        var waiting = await WaitingAsync(pipeline, connection, reason);
        Assert.InRange(DateTimeOffset.Parse((string)waiting["until"]!, null) - TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(-2), TimeSpan.FromSeconds(2.5));
        await pipeline.CompletedAsync(batch);
        var calls = pipeline.Sandbox.State.Calls("/api/lists/subscribe");
        Assert.Equal([status, 200], calls.Select(c => c.Status));
        Assert.True(calls[1].Time - calls[0].Time >= TimeSpan.FromSeconds(1.9), "as long as the maximum");
        Assert.Equal(["a@x.com"], pipeline.EmailsOn(list));
    }

    [Theory]
    [InlineData(503, "backOff", "connection")]
    [InlineData(503, "backOff", "project")]
    [InlineData(429, "rateLimit", "connection")]
    [InlineData(429, "rateLimit", "project")]
    [InlineData(503, "backOff", "key")]
    [InlineData(429, "rateLimit", "key")]
    public async Task An_operator_ends_a_wait_that_Iterable_asked_for(int status, string reason, string how)
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list) = await pipeline.ConnectAsync();
        Fail(pipeline, status, times: 1);
        var batch = await pipeline.PostAsync(connection, Wire.Add("a@x.com"));
        await WaitingAsync(pipeline, connection, reason);

        switch (how)
        {
            case "connection":
                (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/resume")).Expect(200);
                break;
            case "project":
                (await pipeline.Service.PostAsync($"/api/v1/projects/{pipeline.ProjectId}/resume")).Expect(200);
                break;
            default:
                pipeline.Sandbox.State.ExchangeKey(Pipeline.ApiKey, "iterable-key-0002");
                (await pipeline.Service.PatchAsync($"/api/v1/projects/{pipeline.ProjectId}", """{"apiKey":"iterable-key-0002"}""")).Expect(200);
                break;
        }

        await pipeline.CompletedAsync(batch);
        Assert.Equal(["a@x.com"], pipeline.EmailsOn(list));
    }

    [Fact]
    public async Task A_held_list_whose_probes_fail_shows_when_it_is_tried_again()
    {
        await using var pipeline = await Pipeline.StartAsync(
            settings: [("Delivery:ProbeEvery", "00:00:01"), ("Delivery:MinBackOff", "00:00:05"), ("Delivery:MaxBackOff", "00:00:05")]);
        var (connection, list) = await pipeline.ConnectAsync();
        pipeline.Sandbox.State.RemoveList(list);
        await pipeline.PostAsync(connection, Wire.Add("a@x.com"));
        await pipeline.ConnectionAsync(connection, c => (string)c["state"]! == "held");
        pipeline.Sandbox.State.AddFault(new Fault { Kind = FaultKind.Reset, Path = "/api/lists/subscribe" });

        var failed = await pipeline.ConnectionAsync(
            connection,
            c => (string?)c["status"]!["lastError"] is { } error && error.StartsWith("Unavailable", StringComparison.Ordinal)
                && c["status"]!["waitsFor"]!["until"] is { } until && DateTimeOffset.Parse((string)until!, null) > TimeProvider.System.GetUtcNow());

        Assert.Equal("hold", (string)failed["status"]!["waitsFor"]!["reason"]!);
    }

    [Fact]
    public async Task After_a_wait_that_was_cut_one_call_is_tried_and_the_others_wait_for_its_answer()
    {
        await using var pipeline = await Pipeline.StartAsync(settings: Soon);
        var connections = new List<string>();
        for (var i = 0; i < 5; i++) connections.Add((await pipeline.ConnectAsync()).Connection);
        foreach (var connection in connections) (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/pause")).Expect(200);
        Fail(pipeline, 429, times: null);
        foreach (var connection in connections) await pipeline.PostAsync(connection, Wire.Add("a@x.com"));
        foreach (var connection in connections) (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/resume")).Expect(200);

        // those that flew together at first, and then one each time
        await Eventually.TrueAsync(() => pipeline.Sandbox.State.Calls("/api/lists/subscribe").Count >= 8);

        var times = pipeline.Sandbox.State.Calls("/api/lists/subscribe").Select(c => c.Time).ToList();
        Assert.All(times.Skip(5).Zip(times.Skip(6)), pair => Assert.True(pair.Second - pair.First >= TimeSpan.FromSeconds(1.9), $"{pair.Second - pair.First}"));
    }

    [Fact]
    public async Task The_status_of_a_stream_says_why_it_waits()
    {
        await using var pipeline = await StreamStage.StartAsync();
        var stream = await pipeline.AddStreamAsync();
        pipeline.Sandbox.State.AddFault(new Fault { Kind = FaultKind.Status, Status = 503, RetryAfterSeconds = 7200, Path = "/api/events/trackBulk", Times = 1 });
        (await pipeline.PostEventsAsync(stream, StreamStage.Event("ann", "e-1"))).Expect(202);
        await Eventually.GetAsync(
            async () => (await pipeline.Service.GetAsync($"/api/v1/streams/{stream}")).Expect(200),
            s => (string?)s["status"]!["waitsFor"]?["reason"] == "backOff",
            TimeSpan.FromSeconds(30));

        (await pipeline.Service.PostAsync($"/api/v1/streams/{stream}/resume")).Expect(200);

        Assert.Equal(1, (long)(await pipeline.SettledAsync(stream))["status"]!["delivered"]!);
    }

    [Fact]
    public async Task A_paused_connection_and_one_of_a_held_project_say_so()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (paused, _) = await pipeline.ConnectAsync();
        var (held, _) = await pipeline.ConnectAsync();
        (await pipeline.Service.PostAsync($"/api/v1/connections/{paused}/pause")).Expect(200);
        pipeline.Sandbox.State.Configure(Pipeline.ApiKey, p => p with { Revoked = true });
        await pipeline.PostAsync(paused, Wire.Add("a@x.com"));
        await pipeline.PostAsync(held, Wire.Add("b@x.com"));

        await WaitingAsync(pipeline, paused, "pause");
        await WaitingAsync(pipeline, held, "projectHold");
        Assert.Null((await pipeline.ConnectionAsync((await pipeline.ConnectAsync()).Connection, _ => true))["status"]!["waitsFor"]);
    }

    [Fact]
    public async Task The_rate_and_the_end_are_estimated_while_something_flows()
    {
        await using var pipeline = await Pipeline.StartAsync(budgets: """{"lists":5}""");
        var (connection, _) = await pipeline.ConnectAsync();
        await pipeline.PostAsync(connection, [.. Enumerable.Range(0, 20_000).Select(i => Wire.Add($"m{i}@x.com"))]);

        var shown = await pipeline.ConnectionAsync(connection, c => (double)c["status"]!["ratePerSecond"]! > 0 && c["status"]!["endsAt"] is not null);

        Assert.InRange(DateTimeOffset.Parse((string)shown["status"]!["endsAt"]!, null) - TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(-1), TimeSpan.FromMinutes(5));
    }

    /// <summary>Asks for two hours.</summary>
    private static void Fail(Pipeline pipeline, int status, int? times) => pipeline.Sandbox.State.AddFault(
        new Fault { Kind = FaultKind.Status, Status = status, RetryAfterSeconds = 7200, Path = "/api/lists/subscribe", Times = times });

    private static async Task<JsonNode> WaitingAsync(Pipeline pipeline, string connection, string reason) =>
        (await pipeline.ConnectionAsync(connection, c => (string?)c["status"]!["waitsFor"]?["reason"] == reason))["status"]!["waitsFor"]!;
}
