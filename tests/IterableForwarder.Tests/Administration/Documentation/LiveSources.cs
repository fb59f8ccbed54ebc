using System.Text.Json.Nodes;
using Iterable.Sandbox.Faults;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Administration.Documentation;

/// <summary>What sources send, by every ingest path.</summary>
internal sealed class LiveSources(LiveApi api, LiveWorld world)
{
    private const string Ndjson = "application/x-ndjson";

    public async Task PlayAsync()
    {
        await CallAsync(202, "acceptMembers", new(world.Connection) { MediaType = Ndjson, Body = """{"action":"add","email":"ann@example.com"}""" });
        await CallAsync(409, "acceptMembers", new(world.Connection) { Headers = await UsedKeyAsync() });
        await CallAsync(200, "previewMembers", new(world.Connection));
        await PlaySegmentAsync();
        await PlayMParticleAsync();
        await CallAsync(200, "acceptAmplitudeCohort", new(world.Project));
        await CallAsync(200, "resolveAmplitudeList", new(world.Project));
        await CallAsync(200, "addAmplitudeUsers", new(world.Project, world.PartnerList));
        await CallAsync(200, "removeAmplitudeUsers", new(world.Project, world.PartnerList));
        await CallAsync(202, "acceptAmplitudeEvents", new(world.Stream));
        Assert.NotEmpty((await CallAsync(202, "acceptAmplitudeEvents", new(world.Stream) { Body = """{"event_type":"a"}""" }))["refused"]!.AsArray());
        await CallAsync(200, "acceptAmplitudeEvents", new(world.Stream) { Key = null, Body = $$"""{"api_key":"{{TestService.IngestKey}}","events":[{"event_type":"a","user_id":"u"}]}""" });
        Assert.NotNull((await CallAsync(400, "acceptAmplitudeEvents", new(world.Stream) { Body = """{"events":[{"user_id":"u"}]}""" }))["events_with_missing_fields"]);
        await CallAsync(202, "acceptAmplitudeUsers", new(world.Stream));
    }

    /// <summary>One change pends, and no more may.</summary>
    public static async Task PlayFullAsync(LiveApi api)
    {
        await using var full = await LiveWorld.StartAsync(("Ingest:MaxPendingPerConnection", "3"), ("Ingest:MaxNewAudiences", "2"));
        full.Pipeline.Sandbox.State.AddFault(new() { Kind = FaultKind.Status, Status = 503 });
        var members = new LiveRequest(full.Connection);
        await FillAsync("acceptMembers", 202, members);
        await FillAsync("acceptSegment", 202, new(full.Project), again: i => api.ExampleOf("acceptSegment").Replace("personas_", $"personas_{i}_", StringComparison.Ordinal));
        await FillAsync("acceptAmplitudeCohort", 200, new(full.Project), again: i => api.ExampleOf("acceptAmplitudeCohort").Replace("enter", $"enter{i}", StringComparison.Ordinal));
        // the list of before and the cohort are two
        await api.CallAsync(full.Service, 429, "resolveAmplitudeList", new(full.Project));
        await FillAsync("addAmplitudeUsers", 200, new(full.Project, full.PartnerList));
        await FillAsync("removeAmplitudeUsers", 200, new(full.Project, full.PartnerList));
        await FillAsync("acceptAmplitudeEvents", 202, new(full.Stream));
        Assert.NotNull((await api.CallAsync(full.Service, 429, "acceptAmplitudeEvents", new(full.Stream) { Body = """{"events":[{"event_type":"Purchase","user_id":"u"}]}""" }))["throttled_events"]);
        await FillAsync("acceptAmplitudeUsers", 202, new(full.Stream));

        async Task FillAsync(string operation, int status, LiveRequest request, Func<int, string>? again = null)
        {
            for (var i = 0; i < 4; i++)
            {
                var path = api.Document.Operation(operation).PathWith(request.Ids);
                var response = await full.Service.PostAsync(path, again?.Invoke(i) ?? api.ExampleOf(operation));
                if (response.Status == 429) break;
            }
            await api.CallAsync(full.Service, 429, operation, request with { Body = again?.Invoke(9) });
        }
    }

    private async Task PlaySegmentAsync()
    {
        Assert.NotEmpty((await CallAsync(202, "acceptSegment", new(world.Project)))["refused"]!.AsArray());
        Assert.Null((await CallAsync(202, "acceptSegment", new(world.Project) { Body = """{"batch":[7]}""" }))["refused"]![0]!["messageId"]);
        await CallAsync(200, "resolveSegmentAudience", new(world.Project));
        await CallAsync(404, "resolveSegmentAudience", new(world.Project) { Body = """{"externalId":"98765"}""" });
        for (var i = 0; i < 2; i++) world.Pipeline.Sandbox.State.AddList(Pipeline.ApiKey, "Twice");
        await CallAsync(409, "resolveSegmentAudience", new(world.Project) { Body = """{"audienceName":"Twice"}""" });
    }

    private async Task PlayMParticleAsync()
    {
        var registration = await CallAsync(200, "acceptFirehose", new() { Key = null, Body = """{"type":"module_registration_request","id":"r-1","timestamp_ms":1}""" });
        Assert.Equal("3.2.0", (string?)registration["firehose_version"]);
        Assert.False((bool)(await CallAsync(202, "acceptFirehose", new()))["suspend_subscription"]!);
        await CallAsync(202, "acceptFirehose", new()
        {
            Body = """{"type":"audience_subscription_request","id":"s-1","account":{"account_settings":{"apiKey":"k"}},"audience_id":7,"audience_name":"A","audience_subscription_settings":{"listId":"42"},"action":"add"}""",
        });
    }

    private async Task<(string Name, string Value)[]> UsedKeyAsync()
    {
        (string Name, string Value)[] key = [("Idempotency-Key", "key-1")];
        await CallAsync(202, "acceptMembers", new(world.Connection) { Headers = key, Body = """{"changes":[{"action":"add","email":"ann@example.com"}]}""" });
        return key;
    }

    private Task<JsonObject> CallAsync(int status, string operation, LiveRequest request) => api.CallAsync(world.Service, status, operation, request);
}
