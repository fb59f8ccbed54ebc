using System.Text.Json.Nodes;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Ingress.Amplitude.Streams;

/// <summary>
/// The wire cases of streams: an input file (project, stream, path and body) and an expected one each (answer, the requests that Iterable
/// gets, who was not delivered and why). A body that is a text is sent as it stands.
/// </summary>
public sealed class WireCaseTests(CaseStage stage) : IClassFixture<CaseStage>
{
    private static readonly WireCases Files = new("Amplitude", "Streams", "cases");
    private static readonly string[] Names = Files.Expected;

    public static TheoryData<string> Cases => [.. Names];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Case(string name)
    {
        var input = Files.InputOf(name);
        var expected = Files.ExpectationOf(name);
        // the sandbox tells callers apart by the end of their keys
        var key = $"key-of-case-{Array.IndexOf(Names, name):D4}";
        var project = await stage.Service.AddProjectAsync(key, $",\"budgets\":{StreamStage.Budgets}{WireCases.Fields(input["project"])}");
        var made = (await stage.Service.PostAsync("/api/v1/streams", $$"""{"projectId":"{{project}}","name":"Case"{{WireCases.Fields(input["stream"])}}}""")).Expect(201);
        var stream = (string)made["id"]!;
        var body = input["body"] is JsonValue text ? (string)text! : input["body"]!.ToJsonString();

        var response = await stage.Service.SendAsync(HttpMethod.Post, $"/ingest/amplitude/{stream}/{(string)input["path"]!}", body, $"Bearer {TestService.IngestKey}");

        if ((int)expected["status"]! >= 400)
        {
            response.ExpectProblem((int)expected["status"]!);
            if (expected["errors"] is { } errors) Assert.Equal(errors.AsArray().Select(f => (string)f!), response.ExpectErrors());
            Assert.Empty((await stage.Service.GetAsync($"/api/v1/batches?connectionId={stream}")).Items);
            return;
        }
        var told = response.Expect((int)expected["status"]!);
        if (response.Status == 200)
        {
            Assert.Equal(System.Text.Encoding.UTF8.GetByteCount(body), (long)told["payload_size_bytes"]!);
            Assert.InRange((long)told["server_upload_time"]!, DateTimeOffset.Parse("2026-01-01", System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds(), long.MaxValue);
            told.Remove("payload_size_bytes");
            told.Remove("server_upload_time");
        }
        WireCases.AssertSame(expected["answer"]!, told);
        await Eventually.GetAsync(
            async () => (await stage.Service.GetAsync($"/api/v1/streams/{stream}")).Expect(200), s => (long)s["status"]!["pending"]! == 0, TimeSpan.FromSeconds(30));
        WireCases.AssertSame(WireCases.InOrder(expected["requests"]!), WireCases.InOrder(Seen(key)));
        WireCases.AssertSame(expected["undelivered"]!, await UndeliveredAsync(stream));
    }

    [Fact]
    public void There_are_cases() => Assert.InRange(Names.Length, 20, 1000);

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
}
