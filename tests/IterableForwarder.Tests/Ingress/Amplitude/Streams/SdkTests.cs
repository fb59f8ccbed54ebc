using System.Text.Json.Nodes;
using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Hosting.Node;
using static IterableForwarder.Tests.Ingress.Amplitude.Streams.StreamStage;

namespace IterableForwarder.Tests.Ingress.Amplitude.Streams;

/// <summary>Amplitude's own SDK as the sender: it understands success and every refusal.</summary>
public sealed class SdkTests
{
    private const string Package = "@amplitude/analytics-node@1.5.73";

    [SkippableFact]
    public async Task The_SDK_succeeds_at_the_first_try_with_the_ingest_key_as_its_API_key()
    {
        var folder = await NodePackages.InstallAsync(Package);
        await using var pipeline = await StartAsync();
        var stream = await pipeline.AddStreamAsync();

        var told = await RunAsync(folder, pipeline, stream, events: "3", queue: "10");

        Assert.Equal(["200 3"], Sends(told));
        Assert.Equal([200, 200, 200], told["codes"]!.AsArray().Select(c => (int)c!));
        await pipeline.SettledAsync(stream);
        var events = pipeline.Sandbox.State.Events(Pipeline.ApiKey);
        Assert.Equal(["u-0", "u-1", "u-2"], events.Select(e => e.UserId).Order());
        Assert.All(events, e => Assert.Equal(1, e.TimesReceived));
    }

    [SkippableFact]
    public async Task An_identify_of_the_SDK_updates_the_user_and_is_not_an_event()
    {
        var folder = await NodePackages.InstallAsync(Package);
        await using var pipeline = await StartAsync();
        var stream = await pipeline.AddStreamAsync();

        var told = await RunAsync(folder, pipeline, stream, events: "identify", queue: "10");

        Assert.Equal([200], told["codes"]!.AsArray().Select(c => (int)c!));
        await pipeline.SettledAsync(stream);
        Assert.Empty(pipeline.Sandbox.State.Events(Pipeline.ApiKey));
        Assert.Equal("gold", (string?)pipeline.Sandbox.State.Users(Pipeline.ApiKey).Single(u => u.UserId == "u-1").Fields()["tier"]);
    }

    [SkippableFact]
    public async Task The_SDK_halves_its_requests_after_413_and_loses_nothing()
    {
        var folder = await NodePackages.InstallAsync(Package);
        // eight of its events are longer, four are not
        await using var pipeline = await StartAsync(settings: ("Ingest:MaxBodyBytes", "3000"));
        var stream = await pipeline.AddStreamAsync();

        var told = await RunAsync(folder, pipeline, stream, events: "8", queue: "8");

        Assert.Equal(["413 8", "200 4", "200 4"], Sends(told));
        await pipeline.SettledAsync(stream);
        Assert.Equal(8, pipeline.Sandbox.State.Events(Pipeline.ApiKey).Count);
    }

    [SkippableFact]
    public async Task The_SDK_waits_after_429_and_then_succeeds()
    {
        const int Throttle = 700;
        var folder = await NodePackages.InstallAsync(Package);
        await using var pipeline = await StartAsync(settings: ("Ingest:MaxPendingPerConnection", "2"));
        var stream = await pipeline.AddStreamAsync();
        (await pipeline.Service.PostAsync($"/api/v1/streams/{stream}/pause")).Expect(200);
        foreach (var id in new[] { "a", "b" }) (await pipeline.PostEventsAsync(stream, Event("u-full", id))).Expect(202);

        var told = await RunAsync(
            folder, pipeline, stream, events: "2", queue: "10", ("THROTTLE", $"{Throttle}"), ("RESUME_URL", $"{pipeline.Service.Http.BaseAddress}api/v1/streams/{stream}/resume"), ("RESUME_KEY", TestService.OperatorKey));

        Assert.Equal(["429 2", "200 2"], Sends(told));
        var at = told["sends"]!.AsArray().Select(s => (long)s!["at"]!).ToArray();
        // the throttled events alone wait for so long; others would be sent again at once
        Assert.InRange(at[1] - at[0], Throttle - 50, long.MaxValue);
        await pipeline.SettledAsync(stream);
        Assert.Equal(4, pipeline.Sandbox.State.Events(Pipeline.ApiKey).Count);
    }

    [SkippableFact]
    public async Task A_wrong_key_is_reported_to_the_SDK()
    {
        var folder = await NodePackages.InstallAsync(Package);
        await using var pipeline = await StartAsync();
        var stream = await pipeline.AddStreamAsync();

        var told = await RunAsync(folder, pipeline, stream, events: "1", queue: "10", ("API_KEY", "not-a-key-of-ours"));

        // once: it does not try again what it is told to be an invalid key
        Assert.Equal(["401 1"], Sends(told));
        Assert.Equal([401], told["codes"]!.AsArray().Select(c => (int)c!));
    }

    private static async Task<JsonNode> RunAsync(NodeFolder folder, Pipeline pipeline, string stream, string events, string queue, params (string Name, string Value)[] more)
    {
        var environment = new Dictionary<string, string>
        {
            ["SERVER_URL"] = $"{pipeline.Service.Http.BaseAddress}ingest/amplitude/{stream}/events",
            ["API_KEY"] = TestService.IngestKey,
            ["EVENTS"] = events,
            ["QUEUE"] = queue,
        };
        foreach (var (name, value) in more) environment[name] = value;
        return JsonNode.Parse(await folder.RunAsync("Ingress/Amplitude/Streams/Node/amplitude-sdk.mjs", environment))!;
    }

    private static IEnumerable<string> Sends(JsonNode told) => told["sends"]!.AsArray().Select(s => $"{s!["status"]} {s["events"]}");
}
