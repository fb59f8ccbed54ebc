using System.Text;
using IterableForwarder.Journal.Limits;
using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Journal;
using Microsoft.Extensions.DependencyInjection;
using Firehose = IterableForwarder.Tests.Ingress.MParticle.MParticle;

namespace IterableForwarder.Tests.Ingress;

/// <summary>What is too much is refused whole, in words, before any of it is stored; and taken again once there is room.</summary>
public sealed class BackPressureTests
{
    private const string PerConnection = "Ingest:MaxPendingPerConnection";
    private const string InAll = "Ingest:MaxPending";

    private const string Heartbeat =
        """{"type":"audience_membership_change_request","id":"beat","timestamp_ms":1714592744065,"account":{"account_settings":{"apiKey":""" + "\"" + Pipeline.ApiKey + "\"}}}";

    [Fact]
    public async Task A_full_connection_gets_429_affects_no_other_and_accepts_more_once_it_has_delivered()
    {
        await using var pipeline = await Pipeline.StartAsync(settings: (PerConnection, "3"));
        var (full, list) = await PausedAsync(pipeline);
        var (other, _) = await pipeline.ConnectAsync();
        await pipeline.PostAsync(full, Wire.Add("a@x.com"), Wire.Add("b@x.com"), Wire.Add("c@x.com"));

        var refused = await SendAsync(pipeline, full, Wire.Add("d@x.com"));

        AssertRefused(refused, 429, "3 changes are pending");
        await pipeline.CompletedAsync(await pipeline.PostAsync(other, Wire.Add("d@x.com")));
        Assert.Equal(3, await PendingAsync(pipeline, full));

        (await pipeline.Service.PostAsync($"/api/v1/connections/{full}/resume")).Expect(200);
        await pipeline.ConnectionAsync(full, c => (long)c["status"]!["pending"]! == 0);
        await pipeline.CompletedAsync(await pipeline.PostAsync(full, Wire.Add("d@x.com")));
        Assert.Equal(["a@x.com", "b@x.com", "c@x.com", "d@x.com"], pipeline.EmailsOn(list));
    }

    [Fact]
    public async Task A_batch_that_would_exceed_the_limit_is_refused_whole_and_a_smaller_one_is_accepted()
    {
        await using var pipeline = await Pipeline.StartAsync(settings: (PerConnection, "3"));
        var (connection, _) = await PausedAsync(pipeline);
        await pipeline.PostAsync(connection, Wire.Add("a@x.com"), Wire.Add("b@x.com"));

        AssertRefused(await SendAsync(pipeline, connection, Wire.Add("c@x.com"), Wire.Add("d@x.com")), 429, "2 changes are pending");

        Assert.Equal(2, await PendingAsync(pipeline, connection));
        Assert.Single((await pipeline.Service.GetAsync($"/api/v1/batches?connectionId={connection}")).Items);
        await pipeline.PostAsync(connection, Wire.Add("c@x.com"));
    }

    [Fact]
    public async Task A_batch_larger_than_the_limit_itself_gets_a_response_that_says_so_and_no_Retry_After()
    {
        await using var pipeline = await Pipeline.StartAsync(settings: [(PerConnection, "3"), (InAll, "2")]);
        var (connection, _) = await PausedAsync(pipeline);

        var refused = await SendAsync(pipeline, connection, Wire.Add("a@x.com"), Wire.Add("b@x.com"), Wire.Add("c@x.com"));

        Assert.Contains("Send smaller batches", (string)refused.ExpectProblem(413)["detail"]!, StringComparison.Ordinal);
        Assert.Null(refused.Headers.RetryAfter);
        Assert.Equal(0, await PendingAsync(pipeline, connection));
    }

    [Theory]
    [InlineData("15000", 0, 413)]
    [InlineData("25000", 10, 429)]
    public async Task A_long_body_is_stopped_where_it_exceeds_the_limit_and_stores_nothing(string limit, int pending, int status)
    {
        await using var pipeline = await Pipeline.StartAsync(settings: (PerConnection, limit));
        var (connection, _) = await PausedAsync(pipeline);
        if (pending > 0) await pipeline.PostAsync(connection, [.. Enumerable.Range(0, 10_000).Select(i => Wire.Add($"p{i}@x.com"))]);
        var lines = string.Join('\n', Enumerable.Range(0, 45_000).Select(i => Wire.Add($"m{i}@x.com")));

        var refused = await pipeline.Service.SendAsync(HttpMethod.Post, $"/api/v1/connections/{connection}/members", lines, mediaType: "application/x-ndjson");

        refused.ExpectProblem(status);
        var services = pipeline.Service.Services;
        await Eventually.TrueAsync(() => TestStore.CountAsync(services, "staged").GetAwaiter().GetResult() == 0);
        Assert.Equal(pending * 1000, await PendingAsync(pipeline, connection));
        Assert.Equal(pending > 0 ? 1 : 0, await TestStore.CountAsync(services, "bodies"));
    }

    [Fact]
    public async Task Requests_at_once_never_exceed_the_limit()
    {
        await using var pipeline = await Pipeline.StartAsync(settings: (PerConnection, "10"));
        var (connection, _) = await PausedAsync(pipeline);

        var responses = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => SendAsync(pipeline, connection, Wire.Add($"{i}@x.com"))));

        Assert.Equal(10, responses.Count(a => a.Status == 202));
        Assert.Equal(50, responses.Count(a => a.Status == 429));
        Assert.Equal(10, await PendingAsync(pipeline, connection));
    }

    [Fact]
    public async Task Too_much_in_all_is_503_for_every_connection()
    {
        await using var pipeline = await Pipeline.StartAsync(settings: (InAll, "3"));
        var (first, _) = await PausedAsync(pipeline);
        var (second, _) = await PausedAsync(pipeline);
        await pipeline.PostAsync(first, Wire.Add("a@x.com"), Wire.Add("b@x.com"));
        await pipeline.PostAsync(second, Wire.Add("a@x.com"));

        AssertRefused(await SendAsync(pipeline, first, Wire.Add("c@x.com")), 503, "3 changes are pending in all");
        AssertRefused(await SendAsync(pipeline, second, Wire.Add("c@x.com")), 503, "3 changes are pending in all");

        (await pipeline.Service.PostAsync($"/api/v1/connections/{first}/resume")).Expect(200);
        await pipeline.ConnectionAsync(first, c => (long)c["status"]!["pending"]! == 0);
        await pipeline.PostAsync(second, Wire.Add("c@x.com"));
    }

    [Fact]
    public async Task A_repetition_gets_its_first_response_also_when_the_connection_is_full()
    {
        await using var pipeline = await Pipeline.StartAsync(settings: (PerConnection, "2"));
        var (connection, _) = await PausedAsync(pipeline);
        string[] changes = [Wire.Add("a@x.com"), Wire.Add("b@x.com")];

        var first = await SendWithKeyAsync(pipeline, connection, "k", changes);
        var again = await SendWithKeyAsync(pipeline, connection, "k", changes);

        Assert.Equal((string)first.Expect(202)["batchId"]!, (string)again.Expect(202)["batchId"]!);
        (await SendWithKeyAsync(pipeline, connection, "k", Wire.Add("c@x.com"))).ExpectProblem(409);
        (await SendWithKeyAsync(pipeline, connection, "another", changes)).ExpectProblem(429);
    }

    [Fact]
    public async Task Dropped_changes_are_never_pending_and_use_no_capacity()
    {
        await using var pipeline = await Pipeline.StartAsync(settings: (PerConnection, "2"));
        var (connection, _) = await PausedAsync(pipeline);

        for (var i = 0; i < 3; i++) await pipeline.PostAsync(connection, """{"action":"add","customerId":"c-1"}""", """{"action":"add","customerId":"c-2"}""");

        await pipeline.PostAsync(connection, Wire.Add("a@x.com"), """{"action":"add","customerId":"c-3"}""", Wire.Add("b@x.com"));
        AssertRefused(await SendAsync(pipeline, connection, Wire.Add("c@x.com")), 429, "2 changes are pending");
    }

    [Fact]
    public async Task A_preview_works_also_when_the_connection_is_full()
    {
        await using var pipeline = await Pipeline.StartAsync(settings: (PerConnection, "1"));
        var (connection, _) = await PausedAsync(pipeline);
        await pipeline.PostAsync(connection, Wire.Add("a@x.com"));

        (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/preview", $$"""{"changes":[{{Wire.Add("b@x.com")}},{{Wire.Add("c@x.com")}}]}""")).Expect(200);
    }

    [Fact]
    public async Task What_was_pending_is_counted_again_after_a_restart()
    {
        using var folder = new TemporaryFolder();
        var settings = new Dictionary<string, string?>(TestService.Keys()) { [PerConnection] = "2" };
        string connection;
        await using (var before = await TestService.StartAsync(folder.Path, settings: settings))
        {
            connection = await before.AddConnectionAsync(await before.AddProjectAsync());
            await before.PostAsync($"/api/v1/connections/{connection}/pause");
            (await before.PostAsync($"/api/v1/connections/{connection}/members", Body(Wire.Add("a@x.com"), Wire.Add("b@x.com")))).Expect(202);
        }

        await using var after = await TestService.StartAsync(folder.Path, settings: settings);
        (await after.PostAsync($"/api/v1/connections/{connection}/members", Body(Wire.Add("c@x.com")))).ExpectProblem(429);
    }

    [Fact]
    public async Task With_a_nearly_full_disk_new_changes_are_refused_and_accepted_ones_are_delivered()
    {
        var disk = new FakeDisk(free: 2_000_000_000, size: 100_000_000_000);
        await using var pipeline = await Pipeline.StartAsync(customize: b => b.Services.AddSingleton<IDisk>(disk));
        var (connection, list) = await PausedAsync(pipeline);
        await pipeline.PostAsync(connection, Wire.Add("a@x.com"));

        disk.SetFree(200_000_000);
        AssertRefused(await SendAsync(pipeline, connection, Wire.Add("b@x.com")), 503, "200 MB left");
        AssertRefused(await SendAsync(pipeline, connection, """{"action":"add","customerId":"c-1"}"""), 503, "200 MB left");
        (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/resume")).Expect(200);
        await pipeline.ConnectionAsync(connection, c => (long)c["status"]!["pending"]! == 0);
        Assert.Equal(["a@x.com"], pipeline.EmailsOn(list));

        disk.SetFree(300_000_000);
        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add("b@x.com")));
    }

    [Theory]
    [InlineData("268435456", 6_000_000, 202)]
    [InlineData("268435456", 4_000_000, 503)]
    [InlineData("0", 0, 202)]
    public async Task A_small_disk_keeps_a_tenth_free_and_0_keeps_nothing_free(string reserve, long free, int status)
    {
        var disk = new FakeDisk(free, size: 50_000_000);
        await using var pipeline = await Pipeline.StartAsync(customize: b => b.Services.AddSingleton<IDisk>(disk), settings: ("Storage:MinFreeBytes", reserve));
        var (connection, _) = await PausedAsync(pipeline);

        (await SendAsync(pipeline, connection, Wire.Add("a@x.com"))).Expect(status);
    }

    [Fact]
    public async Task MParticle_gets_503_for_a_full_connection_and_its_heartbeat_is_answered()
    {
        await using var pipeline = await Pipeline.StartAsync(settings: (PerConnection, "1"));
        var (connection, list) = await PausedAsync(pipeline, ",\"source\":\"mparticle\",\"audienceId\":\"456\"");
        var first = Change("first", "a@x.com");
        (await pipeline.Service.PostAsync(Firehose.Path, first)).Expect(202);

        AssertRefused(await pipeline.Service.PostAsync(Firehose.Path, Change("second", "b@x.com")), 503, "1 changes are pending");

        Assert.Equal(1, await PendingAsync(pipeline, connection));
        Assert.Empty((await pipeline.Service.GetAsync("/api/v1/batches?sourceId=second")).Items);
        // what was accepted before is answered again
        (await pipeline.Service.PostAsync(Firehose.Path, first)).Expect(202);
        (await pipeline.Service.PostAsync(Firehose.Path, Heartbeat)).Expect(202);

        string Change(string id, string email) => Firehose.Change(Pipeline.ApiKey, email, list: $"{list}", id: id);
    }

    [Fact]
    public async Task What_is_pending_and_what_was_refused_shows_in_the_metrics()
    {
        await using var pipeline = await Pipeline.StartAsync(settings: (PerConnection, "2"));
        var (connection, _) = await PausedAsync(pipeline);
        await pipeline.PostAsync(connection, Wire.Add("a@x.com"), Wire.Add("b@x.com"));
        (await SendAsync(pipeline, connection, Wire.Add("c@x.com"))).ExpectProblem(429);

        // the exporter keeps what it last showed for a moment
        await Eventually.GetAsync(
            async () => (await pipeline.Service.GetAsync("/metrics")).Text,
            text => text.Split('\n').Any(l => l.StartsWith("forwarder_changes_pending", StringComparison.Ordinal) && l.EndsWith(" 2", StringComparison.Ordinal))
                && text.Split('\n').Any(l => l.StartsWith("forwarder_requests_refused_total", StringComparison.Ordinal) && l.Contains("full=\"Connection\"", StringComparison.Ordinal) && l.EndsWith(" 1", StringComparison.Ordinal)),
            TimeSpan.FromSeconds(30));
    }

    private static async Task<(string Connection, long List)> PausedAsync(Pipeline pipeline, string more = "")
    {
        var (connection, list) = await pipeline.ConnectAsync(more);
        (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/pause")).Expect(200);
        return (connection, list);
    }

    private static string Body(params string[] changes) => $$"""{"changes":[{{string.Join(',', changes)}}]}""";

    private static Task<ServiceResponse> SendAsync(Pipeline pipeline, string connection, params string[] changes) =>
        pipeline.Service.PostAsync($"/api/v1/connections/{connection}/members", Body(changes));

    private static async Task<ServiceResponse> SendWithKeyAsync(Pipeline pipeline, string connection, string key, params string[] changes)
    {
        using var content = new StringContent(Body(changes), Encoding.UTF8, "application/json");
        content.Headers.Add("Idempotency-Key", key);
        return await pipeline.Service.SendAsync(HttpMethod.Post, $"/api/v1/connections/{connection}/members", content, $"Bearer {TestService.OperatorKey}");
    }

    private static async Task<long> PendingAsync(Pipeline pipeline, string connection) =>
        (long)(await pipeline.ConnectionAsync(connection, _ => true))["status"]!["pending"]!;

    private static void AssertRefused(ServiceResponse response, int status, string detail)
    {
        Assert.Contains(detail, (string)response.ExpectProblem(status)["detail"]!, StringComparison.Ordinal);
        Assert.True(response.Headers.RetryAfter?.Delta > TimeSpan.Zero);
    }
}
