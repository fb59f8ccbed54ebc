using System.Text.Json.Nodes;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Ingress.Segment;

/// <summary>Says to the service what Segment says, and reads what became of it.</summary>
internal static class SegmentWire
{
    public static async Task<string> AddProjectAsync(this ForwarderFixture service, string apiKey, string more = "")
    {
        var response = await service.PostAsync("/api/v1/projects", $$$"""{"name":"Acme","apiKey":"{{{apiKey}}}","budgets":{"lists":1000}{{{more}}}}""");
        return (string)response.Expect(201)["id"]!;
    }

    public static async Task<string> AddSegmentConnectionAsync(this ForwarderFixture service, string project, string more, string audience = "vip")
    {
        var response = await service.PostAsync("/api/v1/connections", $$"""{"projectId":"{{project}}","name":"VIP","source":"segment","audienceId":"{{audience}}",{{more}}}""");
        return (string)response.Expect(201)["id"]!;
    }

    public static string PathOf(string project) => $"/ingest/segment/{project}";

    public static string ArrayOf(params IEnumerable<string> events) => $"[{string.Join(',', events)}]";

    public static Task<ServiceResponse> SendEventsAsync(this ForwarderFixture service, string project, string body) =>
        service.PostAsync(PathOf(project), body, TestService.IngestKey);

    /// <summary>Posts one event as it is, several as an array, and returns the answer.</summary>
    public static async Task<JsonObject> AcceptEventsAsync(this ForwarderFixture service, string project, params string[] events) =>
        (await service.SendEventsAsync(project, events.Length == 1 ? events[0] : ArrayOf(events))).Expect(202);

    /// <summary>An Identify with defaults for all that a test does not care for.</summary>
    public static string Identify(
        string email, string member = "true", string audience = "vip", string? list = "12345", string? id = null, string? time = null, string settings = "", string traits = "")
    {
        var occurred = time is null ? "" : $",\"timestamp\":\"{time}\"";
        var external = list is null ? "" : $",\"external_audience_id\":\"{list}\"";
        var asked = settings.Length == 0 ? "" : $",\"audience_settings\":{settings}";
        return $$"""
            {"type":"identify","userId":"u-{{email}}","messageId":"{{id ?? Guid.NewGuid().ToString()}}"{{occurred}},
             "traits":{"email":"{{email}}","{{audience}}":{{member}}{{traits}}},
             "context":{"personas":{"computation_class":"audience","computation_key":"{{audience}}"{{external}}{{asked}} } } }
            """;
    }

    /// <summary>The only connection of the project, once nothing of it is pending.</summary>
    public static async Task<JsonObject> TheConnectionAsync(this ForwarderFixture service, string project) =>
        Assert.Single(await service.DeliveredAsync(project))!.AsObject();

    /// <summary>Every batch of the project.</summary>
    public static async Task<IReadOnlyList<JsonNode?>> BatchesOfAsync(this ForwarderFixture service, string project)
    {
        var batches = new List<JsonNode?>();
        foreach (var connection in (await service.GetAsync($"/api/v1/connections?projectId={project}&limit=200")).Items)
            batches.AddRange((await service.GetAsync($"/api/v1/batches?connectionId={(string?)connection!["id"]}&limit=200")).Items);
        return batches;
    }

    /// <summary>The e-mails on a list, sorted.</summary>
    public static string[] EmailsOn(this ForwarderFixture service, long list) =>
        [.. service.Iterable.Members(list).Select(m => m.Email ?? "").Order(StringComparer.Ordinal)];

    /// <summary>The bodies of the calls to a path about one list, in order.</summary>
    public static JsonObject[] BodiesOf(this ForwarderFixture service, string path, long list) =>
        [.. service.Iterable.Calls(path).Select(c => JsonNode.Parse(c.Body!)!.AsObject()).Where(b => (long?)b["listId"] == list)];
}
