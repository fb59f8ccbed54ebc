using System.Text.Json.Nodes;
using Iterable.Sandbox.State;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Ingress.Amplitude.Streams;

/// <summary>The service with a project, and short ways to make streams and to post to them.</summary>
internal static class StreamStage
{
    public const string Budgets = """{"lists":1000,"users":1000,"events":1000}""";

    public const string Identifier = "\"identifier\":{\"property\":\"user_id\",\"type\":\"userId\"}";

    public const string Plan =
        """
        "events":{"properties":["event_properties.plan"]},"users":{"properties":["user_properties.tier"]}
        """;

    public static Task<Pipeline> StartAsync(string project = "", params (string Name, string Value)[] settings) =>
        Pipeline.StartAsync(project, Budgets, settings: settings);

    /// <summary>Adds a stream and returns its id.</summary>
    public static async Task<string> AddStreamAsync(this Pipeline pipeline, string settings = Plan, string identifier = Identifier) =>
        (string)(await pipeline.Service.PostAsync("/api/v1/streams", $$"""{"projectId":"{{pipeline.ProjectId}}","name":"Product",{{identifier}},{{settings}}}""")).Expect(201)["id"]!;

    public static Task<ServiceResponse> PostEventsAsync(this Pipeline pipeline, string stream, string json) => pipeline.Service.SendAsync(
        HttpMethod.Post, $"/ingest/amplitude/{stream}/events", json, $"Bearer {TestService.IngestKey}");

    public static Task<ServiceResponse> PostUsersAsync(this Pipeline pipeline, string stream, string json) => pipeline.Service.SendAsync(
        HttpMethod.Post, $"/ingest/amplitude/{stream}/users", json, $"Bearer {TestService.IngestKey}");

    /// <summary>The stream, once it is as wanted.</summary>
    public static Task<JsonObject> StreamAsync(this Pipeline pipeline, string stream, Func<JsonObject, bool> isAsWanted) =>
        Eventually.GetAsync(async () => (await pipeline.Service.GetAsync($"/api/v1/streams/{stream}")).Expect(200), isAsWanted, TimeSpan.FromSeconds(30));

    public static Task<JsonObject> SettledAsync(this Pipeline pipeline, string stream) =>
        pipeline.StreamAsync(stream, s => (long)s["status"]!["pending"]! == 0);

    public static string Event(string user, string id, string more = "") =>
        $$"""{"event_type":"Purchase","user_id":"{{user}}","insert_id":"{{id}}","time":1768471330795{{more}}}""";

    public static string User(string user, string properties) => $$$"""{"user_id":"{{{user}}}","user_properties":{{{properties}}}}""";

    public static JsonNode Fields(this SandboxUser user) => JsonNode.Parse(user.DataFields ?? "{}")!;
}
