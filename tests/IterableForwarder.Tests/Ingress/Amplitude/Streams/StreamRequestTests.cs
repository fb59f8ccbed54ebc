using System.Text;
using System.Text.Json.Nodes;
using IterableForwarder.Tests.Hosting;
using static IterableForwarder.Tests.Ingress.Amplitude.Streams.StreamStage;

namespace IterableForwarder.Tests.Ingress.Amplitude.Streams;

/// <summary>Who may post to a stream and how much, and what a preview says.</summary>
public sealed class StreamRequestTests
{
    [Fact]
    public async Task A_stream_is_not_a_list_of_a_cohort()
    {
        await using var pipeline = await StreamStage.StartAsync();
        var stream = await pipeline.AddStreamAsync();

        foreach (var word in new[] { "add", "remove" })
            (await pipeline.Service.PostAsync($"/ingest/amplitude/{pipeline.ProjectId}/lists/{stream}/{word}", """{"userIds":["c-1"]}""")).ExpectProblem(404);

        Assert.Equal(0, (long)(await pipeline.StreamAsync(stream, _ => true))["status"]!["pending"]!);
    }

    [Fact]
    public async Task A_key_is_required_and_must_be_valid_for_the_project()
    {
        await using var pipeline = await StartAsync();
        var stream = await pipeline.AddStreamAsync();
        var other = await pipeline.Service.AddProjectAsync("iterable-key-0002");
        var key = (string)(await pipeline.Service.PostAsync("/api/v1/keys", $$"""{"name":"amplitude","kind":"ingest","projectIds":["{{other}}"]}""")).Expect(201)["key"]!;
        foreach (var path in new[] { $"/ingest/amplitude/{stream}/events", $"/ingest/amplitude/{stream}/users", $"/api/v1/streams/{stream}/preview" })
        {
            (await pipeline.Service.SendAsync(HttpMethod.Post, path, "{}", authorization: null)).ExpectProblem(401);
            (await pipeline.Service.SendAsync(HttpMethod.Post, path, "{}", $"Bearer {TestService.MetricsKey}")).ExpectProblem(403);
            (await pipeline.Service.SendAsync(HttpMethod.Post, path, "{}", $"Bearer {key}")).ExpectProblem(403);
            (await pipeline.Service.SendAsync(HttpMethod.Post, path.Replace(stream, "0199c0de7a3b7c1e8f0a1b2c3d4e5f60", StringComparison.Ordinal), "{}")).ExpectProblem(404);
            (await pipeline.Service.SendAsync(HttpMethod.Post, path, "{}", mediaType: "text/plain")).ExpectProblem(415);
        }
    }

    [Fact]
    public async Task Two_thousand_events_are_accepted_and_one_more_is_too_many()
    {
        await using var pipeline = await StartAsync();
        var stream = await pipeline.AddStreamAsync();
        (await pipeline.PostEventsAsync(stream, Body(2001))).ExpectProblem(413);
        Assert.Equal(0, (long)(await pipeline.StreamAsync(stream, _ => true))["status"]!["pending"]!);
        Assert.Equal(2000, (int)(await pipeline.PostEventsAsync(stream, Body(2000))).Expect(200)["accepted"]!);
        await pipeline.SettledAsync(stream);
        Assert.Equal(2000, pipeline.Sandbox.State.Events(Pipeline.ApiKey).Count);
        Assert.Equal(2, pipeline.Sandbox.State.CallsReceived("/api/events/trackBulk"));

        static string Body(int events) => $"{{\"events\":[{string.Join(',', Enumerable.Range(0, events).Select(i => Event($"u-{i}", $"e-{i}")))}]}}";
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused_and_so_is_one_that_is_not_gzip()
    {
        await using var pipeline = await StartAsync(settings: ("Ingest:MaxBodyBytes", "2000"));
        var stream = await pipeline.AddStreamAsync();
        (await pipeline.PostEventsAsync(stream, Event("u-1", "e-1", $",\"x\":\"{new string('x', 2000)}\""))).ExpectProblem(413);
        using var content = new StringContent("{}", Encoding.UTF8, "application/json");
        content.Headers.ContentEncoding.Add("gzip");
        Assert.Equal(["$"], (await pipeline.Service.SendAsync(HttpMethod.Post, $"/ingest/amplitude/{stream}/events", content, $"Bearer {TestService.IngestKey}")).ExpectErrors());
    }

    [Fact]
    public async Task A_full_stream_gets_429_and_accepts_more_once_it_has_delivered()
    {
        await using var pipeline = await StartAsync(settings: ("Ingest:MaxPendingPerConnection", "2"));
        var stream = await pipeline.AddStreamAsync();
        (await pipeline.Service.PostAsync($"/api/v1/streams/{stream}/pause")).Expect(200);
        foreach (var id in new[] { "e-1", "e-2" }) (await pipeline.PostEventsAsync(stream, Event("u-1", id))).Expect(202);
        Assert.NotNull((await pipeline.PostEventsAsync(stream, Event("u-1", "e-3"))).Headers.RetryAfter);
        (await pipeline.PostEventsAsync(stream, Event("u-1", "e-3"))).ExpectProblem(429);
        (await pipeline.PostUsersAsync(stream, User("u-1", """{"tier":1}"""))).Expect(202);
        (await pipeline.Service.PostAsync($"/api/v1/streams/{stream}/resume")).Expect(200);
        await pipeline.SettledAsync(stream);
        (await pipeline.PostEventsAsync(stream, Event("u-1", "e-3"))).Expect(202);
    }

    [Theory]
    [InlineData("""{"event_type":"Purchase","user_id":"u-1","event_properties":{"plan":"pro"}}""", null)]
    [InlineData("""{"event_type":"Purchase","user_id":"u-1","event_properties":{"plan":"free"}}""", "events.include[1].filters[0]")]
    [InlineData("""{"event_type":"Purchase","user_id":"u-1","event_properties":{"plan":"pro"},"country":"FR"}""", "events.include[1].filters[1]")]
    [InlineData("""{"event_type":"Other","user_id":"u-1"}""", "events.include")]
    [InlineData("""{"event_type":"Purchase","event_properties":{"plan":"pro"}}""", "identifier")]
    public async Task A_preview_names_the_filter_that_excludes_an_event(string json, string? stoppedBy)
    {
        await using var pipeline = await StartAsync();
        var stream = await pipeline.AddStreamAsync(
            """
            "events":{"include":[{"eventType":"View"},{"eventType":"Purchase","filters":[{"property":"event_properties.plan","op":"isNot","values":["free"]},
                                                                                        {"property":"country","op":"isNot","values":["FR"]}]}]}
            """);
        var preview = (await pipeline.Service.PostAsync($"/api/v1/streams/{stream}/preview", json)).Expect(200);
        Assert.Equal((stoppedBy is null, stoppedBy), ((bool)preview["passes"]!, (string?)preview["stoppedBy"]));
        Assert.Equal(stoppedBy is null ? 1 : 0, preview["requests"]!.AsArray().Count);
        Assert.Equal(0, (long)(await pipeline.StreamAsync(stream, _ => true))["status"]!["dropped"]!);
    }

    [Fact]
    public async Task A_preview_shows_exactly_the_requests_that_are_then_sent()
    {
        await using var pipeline = await StartAsync();
        var stream = await pipeline.AddStreamAsync();
        var body = $$"""{"events":[{{Event("u-1", "e_1", ",\"event_properties\":{\"plan\":1.50},\"user_properties\":{\"$set\":{\"tier\":{\"a\":\"ä\"}}}")}}]}""";
        var preview = (await pipeline.Service.PostAsync($"/api/v1/streams/{stream}/preview", body)).Expect(200);
        Assert.Empty(pipeline.Sandbox.State.Calls());
        (await pipeline.PostEventsAsync(stream, body)).Expect(200);
        await pipeline.SettledAsync(stream);
        Assert.Equal(
            preview["requests"]!.AsArray().Select(r => $"{r!["method"]} {r["path"]} {r["body"]!.ToJsonString()}").Order(StringComparer.Ordinal),
            pipeline.Sandbox.State.Calls().Select(c => $"{c.Method} {c.Path} {JsonNode.Parse(c.Body!)!.ToJsonString()}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_preview_is_of_one_event()
    {
        await using var pipeline = await StartAsync();
        var stream = await pipeline.AddStreamAsync();
        Assert.Equal(["events"], (await pipeline.Service.PostAsync($"/api/v1/streams/{stream}/preview", """{"events":[]}""")).ExpectErrors());
        Assert.Equal(["events"], (await pipeline.Service.PostAsync($"/api/v1/streams/{stream}/preview", $$"""{"events":[{{Event("u", "a")}},{{Event("u", "b")}}]}""")).ExpectErrors());
        Assert.Equal(["event_type"], (await pipeline.Service.PostAsync($"/api/v1/streams/{stream}/preview", "{}")).ExpectErrors());
    }

    [Fact]
    public async Task No_log_contains_personal_data()
    {
        await using var pipeline = await StartAsync();
        var stream = await pipeline.AddStreamAsync();
        (await pipeline.PostEventsAsync(stream, $$"""{"events":[{{Event("secret-person", "e-1", ",\"user_properties\":{\"tier\":\"secret-tier\"}")}}]}""")).Expect(200);
        (await pipeline.PostEventsAsync(stream, """{"event_type":5,"user_id":"secret-person"}""")).ExpectProblem(400);
        await pipeline.SettledAsync(stream);
        Assert.DoesNotContain(pipeline.Service.Logs, line => !line.StartsWith("Debug", StringComparison.Ordinal) && !line.StartsWith("Trace", StringComparison.Ordinal) && line.Contains("secret-", StringComparison.Ordinal));
    }
}
