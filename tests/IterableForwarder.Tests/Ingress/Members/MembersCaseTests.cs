using System.Text.Json;
using System.Text.Json.Nodes;
using Iterable.Sandbox;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Ingress.Members;

/// <summary>
/// The wire cases of the members path: an input file (settings and body) and an expected one each (answer, account, the requests
/// that Iterable gets, who is on the list). <c>"LIST"</c> stands for the list's id; <c>ordered</c> says that the order of the requests counts.
/// </summary>
public sealed class MembersCaseTests(MembersCaseTests.Stage stage) : IClassFixture<MembersCaseTests.Stage>
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Ingress", "Members", "Cases");

    public static TheoryData<string> Cases => [.. Directory.GetFiles(Folder, "*.expected.json").Select(f => Path.GetFileName(f).Replace(".expected.json", "", StringComparison.Ordinal)).Order()];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Case(string name)
    {
        var input = Read($"{name}.json");
        var expected = Read($"{name}.expected.json");
        var key = $"key-{name}";
        var list = stage.Sandbox.State.AddList(key, name).Id;
        var project = await stage.Service.AddProjectAsync(key, $",\"budgets\":{{\"lists\":1000}}{Fields(input["project"])}");
        var connection = await stage.Service.AddConnectionAsync(project, $",\"listId\":{list}{Fields(input["connection"])}");
        var body = input["body"] is JsonValue text ? (string)text! : input["body"]!.ToJsonString();

        var preview = await stage.Service.SendAsync(HttpMethod.Post, $"/api/v1/connections/{connection}/preview", body, mediaType: MediaType(input));
        var answer = await stage.Service.SendAsync(HttpMethod.Post, $"/api/v1/connections/{connection}/members", body, mediaType: MediaType(input));

        var status = (int)expected["status"]!;
        if (status != 202)
        {
            answer.ExpectProblem(status);
            preview.ExpectProblem(status);
            if (expected["faults"] is { } faults)
            {
                Assert.Equal(Texts(faults), answer.ExpectFaults());
                Assert.Equal(Texts(faults), preview.ExpectFaults());
            }
            Assert.Empty((await stage.Service.GetAsync($"/api/v1/batches?connectionId={connection}")).Expect(200)["items"]!.AsArray());
            return;
        }

        var account = await CompletedAsync((string)answer.Expect(202)["batchId"]!);
        AssertSame(expected["counts"]!, account["counts"]!);
        AssertSame(expected["reasons"]!, account["reasons"]!);
        var requests = expected["requests"]!.ToJsonString().Replace("\"LIST\"", list.ToString(), StringComparison.Ordinal);
        var isOrdered = expected.ContainsKey("ordered");
        AssertSame(InOrder(JsonNode.Parse(requests)!, isOrdered), InOrder(Seen(key, list), isOrdered));
        AssertSame(InOrder(JsonNode.Parse(requests)!, isOrdered), InOrder(Previewed(preview.Expect(200)), isOrdered));
        Assert.Equal((long)account["counts"]!["dropped"]!, preview.Json["dropped"]!.AsArray().Count);
        Assert.Equal((long)account["counts"]!["superseded"]!, (long)preview.Json["superseded"]!);
        Assert.Equal(Texts(expected["members"]!), stage.Sandbox.State.Members(list).Select(m => m.Email!).Order(StringComparer.Ordinal));
    }

    private static JsonObject Read(string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, file)))!.AsObject();

    private static string MediaType(JsonObject input) => (string?)input["contentType"] ?? "application/json";

    private static string[] Texts(JsonNode array) => [.. array.AsArray().Select(f => (string)f!).Order(StringComparer.Ordinal)];

    /// <summary>The members of an object, to go on behind others.</summary>
    private static string Fields(JsonNode? node) => string.Concat((node?.AsObject() ?? []).Select(f => $",\"{f.Key}\":{f.Value!.ToJsonString()}"));

    private static void AssertSame(JsonNode expected, JsonNode actual) => Assert.True(
        JsonNode.DeepEquals(expected, actual), $"expected {expected.ToJsonString(Plain)}\n  actual {actual.ToJsonString(Plain)}");

    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Calls about different members fly together: which arrives first says nothing, unless the case is about order.</summary>
    private static JsonNode InOrder(JsonNode requests, bool isOrdered) => isOrdered
        ? requests
        : new JsonArray([.. requests.AsArray().Select(r => r!.DeepClone()).OrderBy(r => (string)r["path"]!, StringComparer.Ordinal).ThenBy(r => r.ToJsonString(), StringComparer.Ordinal)]);

    private static JsonArray Previewed(JsonObject preview) =>
        [.. preview["requests"]!.AsArray().Select(r => new JsonObject { ["path"] = r!["path"]!.DeepClone(), ["body"] = r["body"]!.DeepClone() })];

    private JsonArray Seen(string key, long list) =>
        [.. stage.Sandbox.State.Calls()
            .Where(c => c.Method == "POST" && c.ApiKeyEnd is not null && key.EndsWith(c.ApiKeyEnd, StringComparison.Ordinal) && c.Body!.Contains($"\"listId\":{list},", StringComparison.Ordinal))
            .OrderBy(c => c.Sequence)
            .Select(c => new JsonObject { ["path"] = c.Path, ["body"] = JsonNode.Parse(c.Body!) })];

    private Task<JsonObject> CompletedAsync(string batch) => Eventually.GetAsync(
        async () => (await stage.Service.GetAsync($"/api/v1/batches/{batch}")).Expect(200), b => (string)b["state"]! == "completed", TimeSpan.FromSeconds(30));

    /// <summary>One service and one sandbox for all cases; each has a project and a list of its own.</summary>
    public sealed class Stage : IAsyncLifetime
    {
        internal SandboxServer Sandbox { get; private set; } = null!;

        internal TestService Service { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Sandbox = await SandboxServer.StartAsync(new SandboxOptions());
            Service = await TestService.StartAsync(settings: Pipeline.Settings(Sandbox));
        }

        public async Task DisposeAsync()
        {
            await Service.DisposeAsync();
            await Sandbox.DisposeAsync();
        }
    }
}
