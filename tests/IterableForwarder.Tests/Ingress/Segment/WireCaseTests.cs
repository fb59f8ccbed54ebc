using System.Globalization;
using System.Text.Json.Nodes;
using Iterable.Sandbox.Calls;
using Iterable.Sandbox.Projects;
using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Ingress.MParticle;

namespace IterableForwarder.Tests.Ingress.Segment;

/// <summary>
/// What comes over the wire, as data: <c>cases/name.json</c> is posted as it is, <c>cases/name.expected.json</c> says what has to come
/// of it: the answer, the requests that Iterable gets, the connections, and who was not delivered. Where it needs another project or
/// connections of an operator's, <c>cases/name.setup.json</c> says so. Lists 12345 and 12346 are there, and one named "known".
/// </summary>
public sealed class WireCaseTests(ForwarderFixture service) : IClassFixture<ForwarderFixture>
{
    private static readonly WireCases Cases = new("Segment", "cases");

    public static TheoryData<string> Names() => [.. Cases.Expected];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Events_have_the_expected_outcome(string name)
    {
        var key = "segment-key-" + name;
        service.Iterable.Reset();
        service.Iterable.AddList(key, "One list", 12345);
        service.Iterable.AddList(key, "Another list", 12346);
        service.Iterable.AddList(key, "known", 12347);
        var project = await SetUpAsync(name, key);

        using var body = new ByteArrayContent(await Cases.BytesOfAsync(name)) { Headers = { ContentType = new("application/json") } };
        var response = await service.SendAsync(HttpMethod.Post, SegmentWire.PathOf(project), body, TestService.IngestKey);
        var actual = new JsonObject { ["status"] = response.Status };
        if (response.Status >= 400) actual["errors"] = new JsonArray([.. response.ExpectErrors().Select(f => (JsonNode)f)]);
        else actual["response"] = response.Json;
        var connections = await service.DeliveredAsync(project);
        actual["requests"] = new JsonArray([.. RequestsOf(key)]);
        actual["connections"] = new JsonArray([.. connections.Select(c => Describe(c!, key)).OrderBy(c => (string?)c["audienceId"], StringComparer.Ordinal)]);
        actual["outcomes"] = await service.UndeliveredAsync(project);

        Cases.AssertExpected(name, actual);
    }

    [Fact]
    public void Every_case_has_an_expected_file() => Assert.Equal(Cases.Inputs, Cases.Expected);

    private async Task<string> SetUpAsync(string name, string key)
    {
        var setup = Cases.SetupOf(name);
        var type = (string?)setup["type"] ?? "hybrid";
        service.Iterable.Configure(key, s => s with { Type = Enum.Parse<ProjectType>(type, ignoreCase: true) });
        var project = await service.AddProjectAsync(key, $",\"type\":\"{type}\"");
        foreach (var connection in setup["connections"]?.AsArray() ?? [])
        {
            var own = connection!.DeepClone().AsObject();
            own["projectId"] = project;
            own["name"] = "By hand";
            own["source"] = "segment";
            (await service.PostAsync("/api/v1/connections", own.ToJsonString())).Expect(201);
        }
        return project;
    }

    /// <summary>By list and path, as adds and removes go out together. A list that was made goes by its name.</summary>
    private IEnumerable<JsonNode> RequestsOf(string key) => service.Iterable.Calls()
        .Where(c => c.Method == "POST")
        .Select(c => RequestOf(c, key))
        .OrderBy(r => (string?)r["body"]!["name"] ?? r["body"]!["listId"]!.ToJsonString(), StringComparer.Ordinal)
        .ThenBy(r => (string?)r["path"], StringComparer.Ordinal).ThenBy(r => r["body"]!.ToJsonString(), StringComparer.Ordinal);

    private JsonObject RequestOf(SandboxCall call, string key)
    {
        var body = JsonNode.Parse(call.Body!)!.AsObject();
        if ((long?)body["listId"] is { } list) body["listId"] = Shown(list, key);
        return new JsonObject { ["path"] = call.Path, ["body"] = body };
    }

    private JsonValue Shown(long list, string key) => list is >= 12345 and <= 12347 || service.Iterable.FindList(list) is null
        ? JsonValue.Create(list)
        : JsonValue.Create($"made: {service.Iterable.Lists(key).Single(l => l.Id == list).Name}");

    private JsonObject Describe(JsonNode connection, string key)
    {
        var described = new JsonObject();
        foreach (var field in (string[])["audienceId", "name", "source", "listName", "followsSource", "state", "updateExistingUsersOnly", "campaignId", "channelUnsubscribe"])
            described[field] = connection[field]?.DeepClone();
        described.Insert(3, "listId", (long?)connection["listId"] is { } list ? Shown(list, key) : null);
        described["warnings"] = new JsonArray([.. connection["warnings"]!.AsArray().Select(w => (JsonNode)w!.GetValue<string>().Split(':')[0])]);
        var status = connection["status"]!;
        described["status"] = string.Create(CultureInfo.InvariantCulture, $"{status["delivered"]} delivered, {status["superseded"]} superseded, {status["dropped"]} dropped, {status["rejected"]} rejected");
        return described;
    }
}
