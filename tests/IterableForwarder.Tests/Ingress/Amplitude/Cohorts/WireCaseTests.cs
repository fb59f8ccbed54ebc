using System.Globalization;
using System.Text.Json.Nodes;
using Iterable.Sandbox.Calls;
using Iterable.Sandbox.Projects;
using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Ingress.MParticle;

namespace IterableForwarder.Tests.Ingress.Amplitude.Cohorts;

/// <summary>
/// What comes over the wire, as data: <c>cases/name.json</c> is posted as it is, <c>cases/name.expected.json</c> says what has to come
/// of it: the answer, the requests that Iterable gets, the connections, and who was not delivered. Where it needs another project or
/// connections of an operator's, <c>cases/name.setup.json</c> says so. List 12345 is there, and 12346, which has the name of a cohort's.
/// </summary>
public sealed class WireCaseTests(ForwarderFixture service) : IClassFixture<ForwarderFixture>
{
    private static readonly WireCases Cases = new("Amplitude", "Cohorts", "cases");

    public static TheoryData<string> Names() => [.. Cases.Inputs];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_message_has_the_expected_outcome(string name)
    {
        var key = "cohort-key-" + name;
        service.Iterable.Reset();
        service.Iterable.AddList(key, "One list", 12345);
        service.Iterable.AddList(key, "[Amplitude] Known", 12346);
        var project = await SetUpAsync(name, key);

        using var body = new ByteArrayContent(await Cases.BytesOfAsync(name)) { Headers = { ContentType = new("application/json") } };
        var response = await service.SendAsync(HttpMethod.Post, CohortWire.PathOf(project), body, TestService.IngestKey);
        var actual = new JsonObject { ["status"] = response.Status };
        if (response.Status >= 400) actual["errors"] = new JsonArray([.. response.ExpectErrors().Select(f => (JsonNode)f)]);
        else actual["received"] = await ReceivedAsync(response);
        var connections = await service.DeliveredAsync(project);
        actual["requests"] = new JsonArray([.. RequestsOf(key)]);
        actual["connections"] = new JsonArray([.. connections.Select(c => Describe(c!, key))]);
        actual["outcomes"] = await service.UndeliveredAsync(project);

        Cases.AssertExpected(name, actual);
    }

    [Fact]
    public void Every_expected_file_has_a_case() =>
        Assert.Equal(Cases.Inputs, Cases.Expected);

    /// <summary>The answer's count, once its batch was seen to have it.</summary>
    private async Task<long> ReceivedAsync(ServiceResponse response)
    {
        var batch = (await service.GetAsync($"/api/v1/batches/{(string?)response.Json["batchId"]}")).Expect(200);
        Assert.Equal("amplitude", (string?)batch["source"]);
        var received = (long)response.Json["received"]!;
        Assert.Equal(received, (long)batch["counts"]!["received"]!);
        return received;
    }

    private async Task<string> SetUpAsync(string name, string key)
    {
        var setup = Cases.SetupOf(name);
        var type = (string?)setup["type"] ?? "hybrid";
        service.Iterable.Configure(key, s => s with { Type = Enum.Parse<ProjectType>(type, ignoreCase: true) });
        var project = await service.MakeProjectAsync(key, $",\"type\":\"{type}\",\"userId\":\"{(string?)setup["userId"] ?? "customerId"}\"");
        foreach (var connection in setup["connections"]?.AsArray() ?? [])
        {
            var own = connection!.DeepClone().AsObject();
            own["projectId"] = project;
            own["name"] = "By hand";
            own["source"] = "amplitude";
            (await service.PostAsync("/api/v1/connections", own.ToJsonString())).Expect(201);
        }
        return project;
    }

    /// <summary>In an order of their own, as Iterable may get them in several.</summary>
    private IEnumerable<JsonNode> RequestsOf(string key) => service.Iterable.Calls()
        .Where(c => c.Method == "POST")
        .Select(c => RequestOf(c, key))
        .OrderBy(r => (string?)r["path"], StringComparer.Ordinal).ThenBy(r => r["body"]!.ToJsonString(), StringComparer.Ordinal);

    private JsonObject RequestOf(SandboxCall call, string key)
    {
        var body = JsonNode.Parse(call.Body!)!.AsObject();
        if ((long?)body["listId"] is { } list) body["listId"] = Shown(list, key);
        return new JsonObject { ["path"] = call.Path, ["body"] = body };
    }

    /// <summary>A list that was made goes by its name.</summary>
    private JsonValue Shown(long list, string key) => list is 12345 or 12346
        ? JsonValue.Create(list)
        : JsonValue.Create($"made: {service.Iterable.Lists(key).Single(l => l.Id == list).Name}");

    private JsonObject Describe(JsonNode connection, string key)
    {
        var described = new JsonObject();
        foreach (var field in (string[])["audienceId", "name", "source", "listName", "followsSource", "state", "warnings"]) described[field] = connection[field]?.DeepClone();
        described.Insert(3, "listId", (long?)connection["listId"] is { } list ? Shown(list, key) : null);
        var status = connection["status"]!;
        described["status"] = string.Create(CultureInfo.InvariantCulture, $"{status["delivered"]} delivered, {status["superseded"]} superseded, {status["dropped"]} dropped, {status["rejected"]} rejected");
        return described;
    }
}
