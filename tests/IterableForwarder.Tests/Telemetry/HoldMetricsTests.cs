using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Telemetry;

/// <summary>Every outcome and every stop is in a metric, and leaves it when it ends.</summary>
public sealed class HoldMetricsTests
{
    private const string Stopped = "forwarder_connections_stopped";
    private const string Held = "forwarder_projects_held";
    private const string Oldest = "forwarder_oldest_pending_seconds";

    [Fact]
    public async Task A_drop_and_a_pause_are_counted_and_the_pause_ends_with_the_resume()
    {
        await using var pipeline = await StartAsync();
        var (connection, _) = await pipeline.ConnectAsync();
        await pipeline.PostAsync(connection, """{"action":"add","customerId":"c-1"}""");
        (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/pause", """{"reason":"look"}""")).Expect(200);
        await pipeline.PostAsync(connection, Wire.Add("a@x.com"));

        var scrape = await ScrapeAsync(pipeline, s => s.Sum(Oldest, "state=\"paused\"") > 0);
        Assert.Equal(1, scrape.Sum("forwarder_changes_settled_total", "outcome=\"Dropped\"", "reason=\"noEmail\""));
        Assert.Equal((1, 1), (scrape.Sum(Stopped, "state=\"paused\"", "reason=\"pause\""), scrape.Sum(Stopped)));
        Assert.True(scrape.Sum("forwarder_paused_longest_seconds") > 0);
        Assert.Equal((0, 0), (scrape.Sum(Oldest, "state=\"active\""), scrape.Sum(Oldest, "state=\"held\"")));

        (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/resume")).Expect(200);
        scrape = await ScrapeAsync(pipeline, s => s.Pending == 0);
        Assert.Equal((0, 0, 0), (scrape.Sum(Stopped), scrape.Sum("forwarder_paused_longest_seconds"), scrape.Sum(Oldest)));
    }

    [Fact]
    public async Task A_stream_that_is_paused_counts_once()
    {
        await using var pipeline = await StartAsync();
        var stream = (await pipeline.Service.PostAsync(
            "/api/v1/streams", $$$"""{"projectId":"{{{pipeline.ProjectId}}}","name":"s","identifier":{"property":"user_id","type":"userId"},"events":{"enabled":true,"include":[],"properties":[]}}""")).Expect(201)["id"]!.GetValue<string>();
        (await pipeline.Service.PostAsync($"/api/v1/streams/{stream}/pause")).Expect(200);

        Assert.Equal(1, (await ScrapeAsync(pipeline)).Sum(Stopped, "state=\"paused\""));
        (await pipeline.Service.PostAsync($"/api/v1/streams/{stream}/resume")).Expect(200);
        Assert.Equal(0, (await ScrapeAsync(pipeline)).Sum(Stopped));
    }

    [Fact]
    public async Task A_hold_of_a_connection_is_counted_by_its_reason_until_it_ends()
    {
        await using var pipeline = await StartAsync();
        var connection = await pipeline.Service.AddConnectionAsync(pipeline.ProjectId, ",\"listId\":4242");
        await pipeline.PostAsync(connection, Wire.Add("a@x.com"));

        var scrape = await ScrapeAsync(pipeline, s => s.Sum(Stopped) > 0 && s.Sum(Oldest, "state=\"held\"") > 0);
        Assert.Equal((1, 0), (scrape.Sum(Stopped, "state=\"held\"", "reason=\"listNotFound\""), scrape.Sum(Held)));

        pipeline.Sandbox.State.AddList(Pipeline.ApiKey, "mended", 4242);
        (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/resume")).Expect(200);
        await ScrapeAsync(pipeline, s => s.Pending == 0 && s.Sum(Stopped) == 0);
    }

    [Fact]
    public async Task A_hold_of_a_project_is_counted_as_such_and_not_with_its_connections()
    {
        await using var pipeline = await StartAsync();
        var (connection, _) = await pipeline.ConnectAsync();
        pipeline.Sandbox.State.Configure(Pipeline.ApiKey, p => p with { Revoked = true });
        await pipeline.PostAsync(connection, Wire.Add("a@x.com"));

        var scrape = await ScrapeAsync(pipeline, s => s.Sum(Held) > 0 && s.Sum(Oldest, "state=\"held\"") > 0);
        Assert.Equal((1, 0), (scrape.Sum(Held, "reason=\"credentialsRejected\""), scrape.Sum(Stopped)));

        pipeline.Sandbox.State.Configure(Pipeline.ApiKey, p => p with { Revoked = false });
        (await pipeline.Service.PostAsync($"/api/v1/projects/{pipeline.ProjectId}/resume")).Expect(200);
        await ScrapeAsync(pipeline, s => s.Pending == 0 && s.Sum(Held) == 0);
    }

    private static Task<Pipeline> StartAsync() => Pipeline.StartAsync(customize: Scrape.AlwaysFresh);

    private static Task<Scrape> ScrapeAsync(Pipeline pipeline, Func<Scrape, bool>? isAsWanted = null) =>
        Eventually.GetAsync(() => Scrape.OfAsync(pipeline.Service.GetAsync), isAsWanted ?? (_ => true), TimeSpan.FromSeconds(30));
}
