using System.Text.Json.Nodes;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Ingress.Members;

/// <summary>
/// The wire cases of the members path: an input file (settings and body) and an expected one each (answer, account, the requests
/// that Iterable gets, who is on the list). <c>"LIST"</c> stands for the list's id; <c>ordered</c> says that the order of the requests counts.
/// </summary>
public sealed class MembersCaseTests(CaseStage stage) : IClassFixture<CaseStage>
{
    private static readonly WireCases Files = new("Members", "Cases");

    public static TheoryData<string> Cases => [.. Files.Expected];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Case(string name)
    {
        var input = Files.InputOf(name);
        var expected = Files.ExpectationOf(name);
        var key = $"key-{name}";
        var list = stage.Sandbox.State.AddList(key, name).Id;
        var project = await stage.Service.AddProjectAsync(key, $",\"budgets\":{{\"lists\":1000}}{WireCases.Fields(input["project"])}");
        var connection = await stage.Service.AddConnectionAsync(project, $",\"listId\":{list}{WireCases.Fields(input["connection"])}");
        var body = input["body"] is JsonValue text ? (string)text! : input["body"]!.ToJsonString();

        var preview = await stage.Service.SendAsync(HttpMethod.Post, $"/api/v1/connections/{connection}/preview", body, mediaType: MediaType(input));
        var response = await stage.Service.SendAsync(HttpMethod.Post, $"/api/v1/connections/{connection}/members", body, mediaType: MediaType(input));

        var status = (int)expected["status"]!;
        if (status != 202)
        {
            response.ExpectProblem(status);
            preview.ExpectProblem(status);
            if (expected["errors"] is { } errors)
            {
                Assert.Equal(Texts(errors), response.ExpectErrors());
                Assert.Equal(Texts(errors), preview.ExpectErrors());
            }
            Assert.Empty((await stage.Service.GetAsync($"/api/v1/batches?connectionId={connection}")).Expect(200)["items"]!.AsArray());
            return;
        }

        var account = await CompletedAsync((string)response.Expect(202)["batchId"]!);
        WireCases.AssertSame(expected["counts"]!, account["counts"]!);
        WireCases.AssertSame(expected["reasons"]!, account["reasons"]!);
        var requests = expected["requests"]!.ToJsonString().Replace("\"LIST\"", list.ToString(), StringComparison.Ordinal);
        var isOrdered = expected.ContainsKey("ordered");
        WireCases.AssertSame(InOrder(JsonNode.Parse(requests)!, isOrdered), InOrder(Seen(key, list), isOrdered));
        WireCases.AssertSame(InOrder(JsonNode.Parse(requests)!, isOrdered), InOrder(Previewed(preview.Expect(200)), isOrdered));
        Assert.Equal((long)account["counts"]!["dropped"]!, preview.Json["dropped"]!.AsArray().Count);
        Assert.Equal((long)account["counts"]!["superseded"]!, (long)preview.Json["superseded"]!);
        Assert.Equal(Texts(expected["members"]!), stage.Sandbox.State.Members(list).Select(m => m.Email!).Order(StringComparer.Ordinal));
    }

    private static string MediaType(JsonObject input) => (string?)input["contentType"] ?? "application/json";

    private static string[] Texts(JsonNode array) => [.. array.AsArray().Select(f => (string)f!).Order(StringComparer.Ordinal)];

    /// <summary>As they came where the case is about order.</summary>
    private static JsonNode InOrder(JsonNode requests, bool isOrdered) => isOrdered
        ? requests
        : WireCases.InOrder(requests);

    private static JsonArray Previewed(JsonObject preview) =>
        [.. preview["requests"]!.AsArray().Select(r => new JsonObject { ["path"] = r!["path"]!.DeepClone(), ["body"] = r["body"]!.DeepClone() })];

    private JsonArray Seen(string key, long list) =>
        [.. stage.Sandbox.State.Calls()
            .Where(c => c.Method == "POST" && c.ApiKeyEnd is not null && key.EndsWith(c.ApiKeyEnd, StringComparison.Ordinal) && c.Body!.Contains($"\"listId\":{list},", StringComparison.Ordinal))
            .OrderBy(c => c.Sequence)
            .Select(c => new JsonObject { ["path"] = c.Path, ["body"] = JsonNode.Parse(c.Body!) })];

    private Task<JsonObject> CompletedAsync(string batch) => Eventually.GetAsync(
        async () => (await stage.Service.GetAsync($"/api/v1/batches/{batch}")).Expect(200), b => (string)b["state"]! == "completed", TimeSpan.FromSeconds(30));
}
