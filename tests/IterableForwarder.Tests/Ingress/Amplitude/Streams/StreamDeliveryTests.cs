using Iterable.Sandbox.Faults;
using IterableForwarder.Tests.Hosting;
using static IterableForwarder.Tests.Ingress.Amplitude.Streams.StreamStage;

namespace IterableForwarder.Tests.Ingress.Amplitude.Streams;

/// <summary>What goes into a stream over HTTP, and what comes out of it at Iterable.</summary>
public sealed class StreamDeliveryTests
{
    [Fact]
    public async Task The_same_event_again_is_one_event_at_Iterable()
    {
        await using var pipeline = await StartAsync();
        var stream = await pipeline.AddStreamAsync();
        var one = Event("u-1", "e-1", ",\"event_properties\":{\"plan\":\"pro\"}");
        var nameless = """{"event_type":"View","user_id":"u-1","time":1768471330795}""";
        foreach (var body in new[] { one, one, $"{{\"events\":[{one}]}}", nameless, nameless.Replace(",", " ,\n", StringComparison.Ordinal), $"{{\"events\":[{nameless}]}}" })
            (await pipeline.PostEventsAsync(stream, body)).Expect(body.StartsWith("{\"events\"", StringComparison.Ordinal) ? 200 : 202);

        Assert.Equal(6, (long)(await pipeline.SettledAsync(stream))["events"]!["status"]!["delivered"]!);
        var events = pipeline.Sandbox.State.Events(Pipeline.ApiKey);
        Assert.Equal(["Purchase", "View"], events.Select(e => e.EventName).Order());
        Assert.All(events, e => Assert.Equal(3, e.TimesReceived));
    }

    [Fact]
    public async Task Different_events_without_an_id_get_different_ids()
    {
        await using var pipeline = await StartAsync();
        var stream = await pipeline.AddStreamAsync();
        foreach (var more in new[] { "", ",\"a\":1", ",\"a\":\"1\"", ",\"a1\":null", ",\"b\":1" })
            (await pipeline.PostEventsAsync(stream, $$"""{"event_type":"View","user_id":"u-1","time":1768471330795{{more}}}""")).Expect(202);
        await pipeline.SettledAsync(stream);
        Assert.Equal(5, pipeline.Sandbox.State.Events(Pipeline.ApiKey).Count);
    }

    [Fact]
    public async Task An_event_that_says_no_time_has_that_of_its_receipt()
    {
        await using var pipeline = await StartAsync();
        var stream = await pipeline.AddStreamAsync();
        var before = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        (await pipeline.PostEventsAsync(stream, """{"event_type":"View","user_id":"u-1","insert_id":"e-1"}""")).Expect(202);
        await pipeline.SettledAsync(stream);
        Assert.InRange(Assert.Single(pipeline.Sandbox.State.Events(Pipeline.ApiKey)).CreatedAt, before, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
    }

    [Fact]
    public async Task Updates_that_wait_in_a_paused_stream_are_merged_field_by_field_and_no_event_is_lost()
    {
        await using var pipeline = await StartAsync();
        var stream = await pipeline.AddStreamAsync("\"events\":{},\"users\":{\"properties\":[\"user_properties.a\",\"user_properties.b\"]}");
        (await pipeline.Service.PostAsync($"/api/v1/streams/{stream}/pause")).Expect(200);
        foreach (var user in new[] { """{"a":1,"b":1}""", """{"a":2}""", """{"$set":{"b":3}}""" }) (await pipeline.PostUsersAsync(stream, User("u-1", user))).Expect(202);
        for (var i = 0; i < 3; i++) (await pipeline.PostEventsAsync(stream, Event("u-1", $"e-{i}"))).Expect(202);
        Assert.Equal(6, (long)(await pipeline.StreamAsync(stream, _ => true))["status"]!["pending"]!);
        Assert.Empty(pipeline.Sandbox.State.Events(Pipeline.ApiKey));

        (await pipeline.Service.PostAsync($"/api/v1/streams/{stream}/resume")).Expect(200);

        var settled = await pipeline.SettledAsync(stream);
        Assert.Equal((3, 1, 2), ((long)settled["events"]!["status"]!["delivered"]!, (long)settled["users"]!["status"]!["delivered"]!, (long)settled["users"]!["status"]!["superseded"]!));
        Assert.Equal((4, 2), ((long)settled["status"]!["delivered"]!, (long)settled["status"]!["superseded"]!));
        Assert.Equal("""{"a":2,"b":3}""", Assert.Single(pipeline.Sandbox.State.Users(Pipeline.ApiKey)).Fields().ToJsonString());
        Assert.Equal(1, pipeline.Sandbox.State.CallsReceived("/api/users/bulkUpdate"));
        Assert.Equal(3, pipeline.Sandbox.State.Events(Pipeline.ApiKey).Count);
    }

    [Fact]
    public async Task What_was_accepted_is_sent_as_it_was_accepted_after_the_stream_is_changed()
    {
        await using var pipeline = await StartAsync();
        var stream = await pipeline.AddStreamAsync();
        (await pipeline.Service.PostAsync($"/api/v1/streams/{stream}/pause")).Expect(200);
        (await pipeline.PostUsersAsync(stream, User("u-1", """{"tier":"gold","city":"Ulm"}"""))).Expect(202);
        (await pipeline.Service.PatchAsync($"/api/v1/streams/{stream}", """{"name":"New","users":{"properties":["user_properties.city"]}}""")).Expect(200);
        (await pipeline.PostUsersAsync(stream, User("u-2", """{"tier":"gold","city":"Ulm"}"""))).Expect(202);
        (await pipeline.Service.PostAsync($"/api/v1/streams/{stream}/resume")).Expect(200);
        await pipeline.SettledAsync(stream);
        Assert.Equal(
            ["""u-1 {"tier":"gold"}""", """u-2 {"city":"Ulm"}"""],
            pipeline.Sandbox.State.Users(Pipeline.ApiKey).Select(u => $"{u.UserId} {u.Fields().ToJsonString()}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_stream_with_pending_changes_is_not_deleted_and_its_history_is_deleted_with_it()
    {
        await using var pipeline = await StartAsync();
        var stream = await pipeline.AddStreamAsync();
        (await pipeline.Service.PostAsync($"/api/v1/streams/{stream}/pause")).Expect(200);
        (await pipeline.PostUsersAsync(stream, User("u-1", """{"tier":1}"""))).Expect(202);
        (await pipeline.Service.DeleteAsync($"/api/v1/streams/{stream}")).ExpectProblem(409);
        (await pipeline.Service.PostAsync($"/api/v1/streams/{stream}/resume")).Expect(200);
        await pipeline.SettledAsync(stream);
        (await pipeline.Service.DeleteAsync($"/api/v1/streams/{stream}")).Expect(204);
        (await pipeline.PostUsersAsync(stream, User("u-1", """{"tier":1}"""))).ExpectProblem(404);
        Assert.Empty((await pipeline.Service.PostAsync("/api/v1/members/search", """{"customerId":"u-1"}""")).Items);
    }

    [Fact]
    public async Task Pending_changes_and_holds_are_kept_over_a_restart()
    {
        await using var pipeline = await StartAsync();
        var stream = await pipeline.AddStreamAsync();
        (await pipeline.Service.PostAsync($"/api/v1/streams/{stream}/pause")).Expect(200);
        (await pipeline.PostEventsAsync(stream, $$"""{"events":[{{Event("u-1", "e-1", ",\"user_properties\":{\"tier\":1}")}}]}""")).Expect(200);

        await pipeline.RestartAsync();

        Assert.Equal("paused", (string)(await pipeline.StreamAsync(stream, s => (long)s["status"]!["pending"]! == 2))["state"]!);
        (await pipeline.Service.PostAsync($"/api/v1/streams/{stream}/resume")).Expect(200);
        await pipeline.SettledAsync(stream);
        Assert.Equal("e-1", Assert.Single(pipeline.Sandbox.State.Events(Pipeline.ApiKey)).Id);
        Assert.Equal("""{"tier":1}""", Assert.Single(pipeline.Sandbox.State.Users(Pipeline.ApiKey)).Fields().ToJsonString());
    }

    [Fact]
    public async Task A_person_is_found_in_a_stream_by_any_identifier()
    {
        await using var pipeline = await StartAsync();
        var stream = await pipeline.AddStreamAsync("\"mappings\":{\"email\":\"user_properties.email\"},\"events\":{},\"users\":{\"properties\":[\"user_properties.tier\"]}");
        (await pipeline.PostEventsAsync(stream, $$"""{"events":[{{Event("u-1", "e-1", ",\"user_properties\":{\"email\":\"ann@x.com\",\"tier\":1}")}}]}""")).Expect(200);
        (await pipeline.PostEventsAsync(stream, """{"event_type":"View","insert_id":"e-2","user_properties":{"email":"ann@x.com"}}""")).Expect(202);
        await pipeline.SettledAsync(stream);

        var found = (await pipeline.Service.PostAsync("/api/v1/members/search", """{"email":"ann@x.com"}""")).Items;

        Assert.All(found, f => Assert.Equal(stream, (string)f!["connectionId"]!));
        Assert.Equal(["event delivered", "event dropped", "user delivered"], found.Select(f => $"{f!["kind"]} {f["outcome"]}").Order(StringComparer.Ordinal));
        Assert.Equal("e-2", (string?)found.Single(f => (string)f!["outcome"]! == "dropped")!["detail"]);
        Assert.Equal(2, (await pipeline.Service.GetAsync("/api/v1/batches?sourceId=e-1")).Items.Count);
    }

    [Fact]
    public async Task What_Iterable_refused_is_replayed_feed_by_feed()
    {
        await using var pipeline = await StartAsync();
        var stream = await pipeline.AddStreamAsync();
        var fault = pipeline.Sandbox.State.AddFault(new Fault { Kind = FaultKind.Status, Status = 400, Code = "BadParams", WhenBodyContains = "u-bad" });
        (await pipeline.PostEventsAsync(stream, $$"""{"events":[{{Event("u-bad", "e-1", ",\"user_properties\":{\"tier\":1}")}},{{Event("u-good", "e-2")}}]}""")).Expect(200);
        var settled = await pipeline.SettledAsync(stream);
        Assert.Equal((1, 2), ((long)settled["status"]!["delivered"]!, (long)settled["status"]!["rejected"]!));
        Assert.Equal("e-2", Assert.Single(pipeline.Sandbox.State.Events(Pipeline.ApiKey)).Id);
        pipeline.Sandbox.State.RemoveFault(fault);

        var counted = (await pipeline.Service.PostAsync($"/api/v1/streams/{stream}/replay", """{"outcomes":["rejected"],"dryRun":true}""")).Expect(200);
        var replayed = (await pipeline.Service.PostAsync($"/api/v1/streams/{stream}/replay", """{"outcomes":["rejected"]}""")).Expect(200);

        Assert.Equal((2, 2, false), ((int)counted["batches"]!, (int)counted["members"]!, (bool)counted["replayed"]!));
        Assert.Equal(2, replayed["batchIds"]!.AsArray().Count);
        foreach (var batch in replayed["batchIds"]!.AsArray()) Assert.Equal(1, (long)(await pipeline.CompletedAsync((string)batch!))["counts"]!["delivered"]!);
        Assert.Equal(2, pipeline.Sandbox.State.Events(Pipeline.ApiKey).Count);
        (await pipeline.Service.PostAsync($"/api/v1/connections/{stream}/replay", "{}")).ExpectProblem(404);
    }

    [Fact]
    public async Task A_class_that_Iterable_forbids_holds_its_feed_and_shows_on_the_stream()
    {
        await using var pipeline = await StartAsync();
        var stream = await pipeline.AddStreamAsync();
        pipeline.Sandbox.State.AddFault(new Fault { Kind = FaultKind.Status, Status = 403, Path = "/api/users/bulkUpdate" });
        (await pipeline.PostEventsAsync(stream, $$"""{"events":[{{Event("u-1", "e-1", ",\"user_properties\":{\"tier\":1}")}}]}""")).Expect(200);
        var held = await pipeline.StreamAsync(stream, s => (string)s["state"]! == "held" && (long)s["events"]!["status"]!["delivered"]! == 1);
        Assert.Equal("forbidden", (string)held["holdReason"]!);
        Assert.Equal(1, (long)held["users"]!["status"]!["pending"]!);
    }
}
