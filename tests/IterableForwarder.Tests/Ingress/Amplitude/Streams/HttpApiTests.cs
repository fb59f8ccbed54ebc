using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using IterableForwarder.Tests.Hosting;
using static IterableForwarder.Tests.Ingress.Amplitude.Streams.StreamStage;

namespace IterableForwarder.Tests.Ingress.Amplitude.Streams;

/// <summary>The form of Amplitude's HTTP V2 API is answered like Amplitude itself: success and every refusal.</summary>
public sealed class HttpApiTests
{
    [Fact]
    public async Task Success_is_200_with_the_fields_of_the_API_beside_ours()
    {
        await using var pipeline = await StartAsync();
        var stream = await pipeline.AddStreamAsync("\"events\":{\"include\":[{\"eventType\":\"Purchase\"}]}");
        var body = $$"""{"api_key":"k","events":[{{Event("u-1", "e-1")}},{{Event("u-1", "e-2").Replace("Purchase", "View", StringComparison.Ordinal)}},{"event_type":"Purchase","insert_id":"e-3"}]}""";

        var response = (await pipeline.PostEventsAsync(stream, body)).Expect(200);

        Assert.Equal((1, 1, 1), ((int)response["accepted"]!, (int)response["ignored"]!, response["refused"]!.AsArray().Count));
        Assert.Equal((200, 2, body.Length), ((int)response["code"]!, (int)response["events_ingested"]!, (int)response["payload_size_bytes"]!));
        Assert.True((long)response["server_upload_time"]! > 1_767_225_600_000);
    }

    [Fact]
    public async Task The_size_of_the_payload_is_that_after_decompression()
    {
        await using var pipeline = await StartAsync();
        var stream = await pipeline.AddStreamAsync();
        var body = Encoding.UTF8.GetBytes($$"""{"events":[{{Event("u-1", "e-1")}}]}""");
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) await gzip.WriteAsync(body);
        using var content = new ByteArrayContent(packed.ToArray()) { Headers = { ContentType = new("application/json"), ContentEncoding = { "gzip" } } };

        var response = await pipeline.Service.SendAsync(HttpMethod.Post, PathOf(stream), content, $"Bearer {TestService.IngestKey}");

        Assert.Equal(body.Length, (int)response.Expect(200)["payload_size_bytes"]!);
    }

    [Fact]
    public async Task The_form_of_an_export_is_answered_as_before()
    {
        await using var pipeline = await StartAsync();
        var stream = await pipeline.AddStreamAsync();
        Assert.Equal("""{"accepted":1,"ignored":0,"refused":[]}""", (await pipeline.PostEventsAsync(stream, Event("u-1", "e-1"))).Expect(202).ToJsonString());
        var problem = (await pipeline.PostEventsAsync(stream, """{"user_id":"u-1"}""")).ExpectProblem(400);
        Assert.False(problem.ContainsKey("code") || problem.ContainsKey("error") || problem.ContainsKey("events_with_missing_fields"), problem.ToJsonString());
    }

    [Fact]
    public async Task An_error_names_the_events_that_have_it_and_nothing_is_accepted()
    {
        await using var pipeline = await StartAsync();
        var stream = await pipeline.AddStreamAsync();
        var response = await pipeline.PostEventsAsync(
            stream, $$"""{"events":[{{Event("u-1", "e-1")}},{"user_id":"u-2"},{"user_id":"u-3","event_type":null},{"user_id":"u-4","event_type":7},"x",{{Event("u-5", "e-5")}}]}""");

        var problem = Refusal(response, 400);
        Assert.Equal("""{"event_type":[1,2]}""", problem["events_with_missing_fields"]!.ToJsonString());
        Assert.Equal("""{"event":[4],"event_type":[3]}""", problem["events_with_invalid_fields"]!.ToJsonString());
        Assert.Equal(4, (int)problem["faultCount"]!);
        Assert.Equal(0, (long)(await pipeline.StreamAsync(stream, _ => true))["status"]!["pending"]!);
    }

    [Fact]
    public async Task Every_other_refusal_has_its_code_and_an_error()
    {
        await using var pipeline = await StartAsync(settings: ("Ingest:MaxBodyBytes", "2000"));
        var stream = await pipeline.AddStreamAsync();
        var other = (string)(await pipeline.Service.PostAsync("/api/v1/keys", $$"""{"name":"o","kind":"ingest","projectIds":["{{await pipeline.Service.AddProjectAsync("iterable-key-0002")}}"]}""")).Expect(201)["key"]!;
        var body = $$"""{"events":[{{Event("u-1", "e-1")}}]}""";

        Refusal(await pipeline.PostEventsAsync(stream, "{\"events\":[{]}"), 400);
        Refusal(await pipeline.PostEventsAsync(stream, "{\"api_key\":\"k\",\"events\":{}}"), 400);
        Refusal(await pipeline.Service.SendAsync(HttpMethod.Post, PathOf(stream), body, authorization: null), 401);
        Refusal(await pipeline.Service.SendAsync(HttpMethod.Post, PathOf(stream), body, "Bearer nobodys-key"), 401);
        Refusal(await pipeline.Service.SendAsync(HttpMethod.Post, PathOf(stream), body, $"Bearer {other}"), 403);
        Refusal(await pipeline.Service.SendAsync(HttpMethod.Post, PathOf(stream), body, $"Bearer {TestService.MetricsKey}"), 403);
        Refusal(await pipeline.Service.SendAsync(HttpMethod.Post, PathOf("0199c0de7a3b7c1e8f0a1b2c3d4e5f60"), body), 404);
        Refusal(await pipeline.PostEventsAsync(stream, $$"""{"x":"{{new string('x', 2000)}}","events":[]}"""), 413);
        Refusal(await pipeline.Service.SendAsync(HttpMethod.Post, PathOf(stream), body, mediaType: "text/plain"), 415);
    }

    [Fact]
    public async Task When_the_limit_is_reached_all_events_are_throttled()
    {
        await using var pipeline = await StartAsync(settings: [("Ingest:MaxPendingPerConnection", "2"), ("Ingest:MaxPending", "3")]);
        var (one, two) = (await pipeline.AddStreamAsync(), await pipeline.AddStreamAsync());
        foreach (var stream in new[] { one, two }) (await pipeline.Service.PostAsync($"/api/v1/streams/{stream}/pause")).Expect(200);
        (await pipeline.PostEventsAsync(one, $$"""{"events":[{{Event("u-1", "e-1")}},{{Event("u-2", "e-2")}}]}""")).Expect(200);

        var full = await pipeline.PostEventsAsync(one, $$"""{"events":[{{Event("u-3", "e-3")}},{{Event("u-4", "e-4")}}]}""");
        Assert.Equal("[0,1]", Refusal(full, 429)["throttled_events"]!.ToJsonString());
        Assert.NotNull(full.Headers.RetryAfter);
        var allFull = await pipeline.PostEventsAsync(two, $$"""{"events":[{{Event("u-3", "e-3")}},{{Event("u-4", "e-4")}}]}""");
        Assert.Equal("[0,1]", Refusal(allFull, 503)["throttled_events"]!.ToJsonString());
    }

    [Fact]
    public async Task Without_an_Authorization_header_the_key_in_the_body_is_the_ingest_key()
    {
        await using var pipeline = await StartAsync();
        var stream = await pipeline.AddStreamAsync();
        async Task<int> StatusAsync(string body, string? authorization = null) => (await pipeline.Service.SendAsync(HttpMethod.Post, PathOf(stream), body, authorization)).Status;
        var events = $"\"events\":[{Event("u-1", "e-1")}]";
        var long63 = new string('x', 60 * 1024);

        Assert.Equal(200, await StatusAsync($$"""{"api_key":"{{TestService.IngestKey}}",{{events}}}"""));
        Assert.Equal(200, await StatusAsync($$"""{{{events}},"options":{"a":[1]},"api_key":"{{TestService.IngestKey}}"}"""));
        Assert.Equal(200, await StatusAsync($$"""{"x":"{{long63}}","api_key":"{{TestService.IngestKey}}","y":"{{long63}}",{{events}}}"""));
        Assert.Equal(202, await StatusAsync(Event("u-1", "e-2", $",\"api_key\":\"{TestService.IngestKey}\"")));
        Assert.Equal(401, await StatusAsync($$"""{"x":"{{long63}}{{long63}}","api_key":"{{TestService.IngestKey}}",{{events}}}"""));
        Assert.Equal(401, await StatusAsync($$"""{"options":{"api_key":"{{TestService.IngestKey}}"},{{events}}}"""));
        Assert.Equal(401, await StatusAsync($$"""{"api_key":"{{TestService.MetricsKey}}",{{events}}}"""));
        Assert.Equal(401, await StatusAsync($$"""{"api_key":["{{TestService.IngestKey}}"],{{events}}}"""));
        Assert.Equal(401, await StatusAsync("["));
        // a header that is there counts alone
        Assert.Equal(401, await StatusAsync($$"""{"api_key":"{{TestService.IngestKey}}",{{events}}}""", "Bearer nobodys-key"));
        Assert.Equal(403, await StatusAsync($$"""{"api_key":"{{TestService.IngestKey}}",{{events}}}""", $"Bearer {TestService.MetricsKey}"));
        // elsewhere it opens nothing
        Assert.Equal(401, (await pipeline.Service.SendAsync(HttpMethod.Post, $"/ingest/amplitude/{stream}/users", $$$"""{"api_key":"{{{TestService.IngestKey}}}","user_properties":{}}""", authorization: null)).Status);
    }

    [Theory]
    [InlineData("$identify")]
    [InlineData("$groupidentify")]
    public async Task An_operation_of_the_protocol_updates_the_user_and_is_an_event_only_where_it_is_named(string type)
    {
        await using var pipeline = await StartAsync();
        var (all, named) = (await pipeline.AddStreamAsync(), await pipeline.AddStreamAsync($"\"events\":{{\"include\":[{{\"eventType\":\"{type}\"}}]}}"));
        var body = Event("u-1", "g-1", ",\"user_properties\":{\"$set\":{\"tier\":\"gold\"}}").Replace("Purchase", type, StringComparison.Ordinal);

        (await pipeline.PostEventsAsync(all, $$"""{"events":[{{body}}]}""")).Expect(200);
        await pipeline.SettledAsync(all);
        Assert.Empty(pipeline.Sandbox.State.Events(Pipeline.ApiKey));
        Assert.Equal("gold", (string?)pipeline.Sandbox.State.Users(Pipeline.ApiKey).Single(u => u.UserId == "u-1").Fields()["tier"]);

        // in the form of an export too
        (await pipeline.PostEventsAsync(all, body.Replace("gold", "silver", StringComparison.Ordinal))).Expect(202);
        await pipeline.SettledAsync(all);
        Assert.Equal("silver", (string?)pipeline.Sandbox.State.Users(Pipeline.ApiKey).Single(u => u.UserId == "u-1").Fields()["tier"]);
        Assert.Empty(pipeline.Sandbox.State.Events(Pipeline.ApiKey));
        var preview = (await pipeline.Service.PostAsync($"/api/v1/streams/{all}/preview", body)).Expect(200);
        Assert.Equal((false, "events.include"), ((bool)preview["passes"]!, (string?)preview["stoppedBy"]));

        (await pipeline.PostEventsAsync(named, $$"""{"events":[{{body}}]}""")).Expect(200);
        await pipeline.SettledAsync(named);
        Assert.Equal([type], pipeline.Sandbox.State.Events(Pipeline.ApiKey).Select(e => e.EventName));
    }

    private static string PathOf(string stream) => $"/ingest/amplitude/{stream}/events";

    private static JsonObject Refusal(ServiceResponse response, int status)
    {
        var problem = response.ExpectProblem(status);
        Assert.Equal(status, (int)problem["code"]!);
        Assert.False(string.IsNullOrWhiteSpace((string?)problem["error"]), response.Text);
        return problem;
    }
}
