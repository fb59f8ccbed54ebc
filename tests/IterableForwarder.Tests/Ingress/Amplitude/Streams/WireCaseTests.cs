using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Iterable.Sandbox;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Ingress.Amplitude.Streams;

/// <summary>
/// The wire cases of streams: an input file (project, stream, path and body) and an expected one each (answer, the requests that Iterable
/// gets, who was not delivered and why). A body that is a text is sent as it stands.
/// </summary>
public sealed class WireCaseTests(WireCaseTests.Stage stage) : IClassFixture<WireCaseTests.Stage>
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Ingress", "Amplitude", "Streams", "cases");
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] Names =
        [.. Directory.GetFiles(Folder, "*.expected.json").Select(f => Path.GetFileName(f).Replace(".expected.json", "", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    public static TheoryData<string> Cases => [.. Names];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Case(string name)
    {
        var input = Read($"{name}.json");
        var expected = Read($"{name}.expected.json");
        // the sandbox tells callers apart by the end of their keys
        var key = $"key-of-case-{Array.IndexOf(Names, name):D4}";
        var project = await stage.Service.AddProjectAsync(key, $",\"budgets\":{StreamStage.Budgets}{Fields(input["project"])}");
        var made = (await stage.Service.PostAsync("/api/v1/streams", $$"""{"projectId":"{{project}}","name":"Case"{{Fields(input["stream"])}}}""")).Expect(201);
        var stream = (string)made["id"]!;
        var body = input["body"] is JsonValue text ? (string)text! : input["body"]!.ToJsonString();

        var answer = await stage.Service.SendAsync(HttpMethod.Post, $"/ingest/amplitude/{stream}/{(string)input["path"]!}", body, $"Bearer {TestService.IngestKey}");

        if ((int)expected["status"]! >= 400)
        {
            answer.ExpectProblem((int)expected["status"]!);
            if (expected["faults"] is { } faults) Assert.Equal(faults.AsArray().Select(f => (string)f!), answer.ExpectFaults());
            Assert.Empty((await stage.Service.GetAsync($"/api/v1/batches?connectionId={stream}")).Items);
            return;
        }
        var told = answer.Expect((int)expected["status"]!);
        if (answer.Status == 200)
        {
            Assert.Equal(System.Text.Encoding.UTF8.GetByteCount(body), (long)told["payload_size_bytes"]!);
            Assert.InRange((long)told["server_upload_time"]!, DateTimeOffset.Parse("2026-01-01", System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds(), long.MaxValue);
            told.Remove("payload_size_bytes");
            told.Remove("server_upload_time");
        }
        AssertSame(expected["answer"]!, told);
        await Eventually.GetAsync(
            async () => (await stage.Service.GetAsync($"/api/v1/streams/{stream}")).Expect(200), s => (long)s["status"]!["pending"]! == 0, TimeSpan.FromSeconds(30));
        AssertSame(InOrder(expected["requests"]!), InOrder(Seen(key)));
        AssertSame(expected["undelivered"]!, await UndeliveredAsync(stream));
    }

    [Fact]
    public void There_are_cases() => Assert.InRange(Names.Length, 20, 1000);

    private static JsonObject Read(string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, file)))!.AsObject();

    /// <summary>The members of an object, to go on behind others.</summary>
    private static string Fields(JsonNode? node) => string.Concat((node?.AsObject() ?? []).Select(f => $",\"{f.Key}\":{f.Value!.ToJsonString()}"));

    private static void AssertSame(JsonNode expected, JsonNode actual) => Assert.True(
        JsonNode.DeepEquals(expected, actual), $"expected {expected.ToJsonString(Plain)}\n  actual {actual.ToJsonString(Plain)}");

    private static JsonArray InOrder(JsonNode requests) =>
        [.. requests.AsArray().Select(r => r!.DeepClone()).OrderBy(r => (string)r["path"]!, StringComparer.Ordinal).ThenBy(r => r.ToJsonString(), StringComparer.Ordinal)];

    private JsonArray Seen(string key) =>
        [.. stage.Sandbox.State.Calls()
            .Where(c => c.Method == "POST" && c.ApiKeyEnd is not null && key.EndsWith(c.ApiKeyEnd, StringComparison.Ordinal))
            .OrderBy(c => c.Sequence)
            .Select(c => new JsonObject { ["path"] = c.Path, ["body"] = JsonNode.Parse(c.Body!) })];

    private async Task<JsonArray> UndeliveredAsync(string stream)
    {
        var found = new JsonArray();
        foreach (var batch in (await stage.Service.GetAsync($"/api/v1/batches?connectionId={stream}")).Items.OrderBy(b => (string)b!["kind"]!, StringComparer.Ordinal))
        {
            Assert.Equal((stream, "amplitude"), ((string)batch!["connectionId"]!, (string)batch["source"]!));
            foreach (var one in (await stage.Service.GetAsync($"/api/v1/batches/{(string)batch["id"]!}/members")).Items)
                found.Add(new JsonObject { ["kind"] = batch["kind"]!.DeepClone(), ["outcome"] = one!["outcome"]!.DeepClone(), ["reason"] = one["reason"]!.DeepClone(), ["detail"] = one["detail"]?.DeepClone() });
        }
        return found;
    }

    /// <summary>One service and one sandbox for all cases; each has a project and a stream of its own.</summary>
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
