using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using IterableForwarder.Http;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Administration.Documentation;

/// <summary>What generators of clients need of the document.</summary>
public sealed partial class ContractTests
{
    [Fact]
    public async Task The_document_says_version_licence_and_server_and_describes_each_group_once()
    {
        await using var host = await TestService.StartAsync();
        var document = await ApiDocument.ReadAsync(host);

        Assert.Equal((ServiceVersion.Current, "MIT"), ((string?)document.Json["info"]!["version"], (string?)document.Json["info"]!["license"]!["name"]));
        Assert.Matches(@"^[0-9]+\.[0-9]+\.[0-9]+", ServiceVersion.Current);
        Assert.Equal("/", (string?)Assert.Single(document.Json["servers"]!.AsArray())!["url"]);
        var tags = document.Json["tags"]!.AsArray();
        Assert.All(tags, tag => Assert.False(string.IsNullOrEmpty((string?)tag!["description"])));
        var used = document.Operations.SelectMany(o => o.Json["tags"]!.AsArray().Select(t => (string)t!)).Distinct();
        Assert.Equal(used.Order(StringComparer.Ordinal), tags.Select(t => (string)t!["name"]!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_operation_has_a_short_name_of_its_own()
    {
        await using var host = await TestService.StartAsync();
        var names = (await ApiDocument.ReadAsync(host)).Operations.Select(o => o.Id).ToArray();

        Assert.Equal(names.Length, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(names, name => Assert.Matches(Name(), name));
        string[] known =
        [
            "listConnections", "createConnection", "getConnection", "replaceConnection", "patchConnection", "deleteConnection", "pauseConnection",
            "acceptMembers", "acceptSegment",
        ];
        Assert.All(known, name => Assert.Contains(name, names));
    }

    [Fact]
    public async Task A_request_requires_what_its_rules_require()
    {
        await using var world = await LiveWorld.StartAsync();
        var document = await ApiDocument.ReadAsync(world.Service);
        string[] operations = ["createProject", "createConnection", "createStream", "createKey", "changeProjectKey", "replaceProject", "replaceConnection", "replaceStream"];

        foreach (var operation in operations.Select(document.Operation))
        {
            var refused = await world.Service.SendAsync(new HttpMethod(operation.Method.ToUpperInvariant()), operation.PathWith(world.IdsFor(operation)), "{}");

            // listId or listName: a schema that says so makes generated types useless
            Assert.Equal(refused.ExpectErrors().Except(["listId"]), RequiredBy(document, operation));
        }
    }

    [Fact]
    public async Task A_PATCH_requires_nothing_and_is_documented_for_both_of_its_media_types()
    {
        await using var host = await TestService.StartAsync();
        var document = await ApiDocument.ReadAsync(host);

        foreach (var operation in document.Operations.Where(o => o.Method == "patch"))
        {
            Assert.Equal(["application/json", "application/merge-patch+json"], operation.RequestContent.Select(c => c.Key).Order(StringComparer.Ordinal));
            Assert.Empty(RequiredBy(document, operation));
            Assert.Empty(document.ErrorsOf(new JsonObject(), operation.RequestContent["application/merge-patch+json"]!["schema"]!, isClosed: false));
        }
    }

    [Fact]
    public async Task All_problems_share_one_schema_except_those_with_more_fields()
    {
        await using var host = await TestService.StartAsync();
        var document = await ApiDocument.ReadAsync(host);

        var forms = document.Operations
            .SelectMany(o => o.Statuses.Where(s => s >= 400).Select(s => (o.Id, Status: s, Form: ((string)o.ContentOf(s)["application/problem+json"]!["schema"]!["$ref"]!).Split('/')[^1])))
            .Where(f => f.Form != "Problem")
            .ToLookup(f => f.Form, f => $"{f.Id} {f.Status}");
        Assert.Equal(["AmplitudeProblem", "IterableProblem"], forms.Select(f => f.Key).Order(StringComparer.Ordinal));
        Assert.All(forms["AmplitudeProblem"], f => Assert.StartsWith("acceptAmplitudeEvents", f));
        Assert.Contains("changeProjectKey 409", forms["IterableProblem"]);
        Assert.Equal(["detail", "errors", "faultCount", "status", "title", "traceId", "type"], NamesOf(document, "Problem"));
        Assert.Equal(["status", "title", "traceId", "type"], document.Json["components"]!["schemas"]!["Problem"]!["required"]!.AsArray().Select(n => (string)n!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Lines_of_JSON_are_a_text()
    {
        await using var host = await TestService.StartAsync();
        var media = (await ApiDocument.ReadAsync(host)).Operation("acceptMembers").RequestContent["application/x-ndjson"]!;

        Assert.Equal("string", (string?)media["schema"]!["type"]);
        Assert.Equal(2, ((string)media["example"]!).Trim().Split('\n').Length);
    }

    /// <summary>A value that is null fits its schema: in OpenAPI 3.0 an enum needs null among its values.</summary>
    [Theory]
    [InlineData("userId", """["customerId","mpid",null]""")]
    [InlineData("heldAt", """["project","connection",null]""")]
    [InlineData("identifiers", null)]
    public async Task What_is_null_in_an_answer_may_be_null_in_the_document(string name, string? words)
    {
        await using var host = await TestService.StartAsync();
        var schema = (await ApiDocument.ReadAsync(host)).Json["components"]!["schemas"]!["ConnectionResponse"]!;
        var live = (await host.GetAsync($"/api/v1/connections/{await host.AddConnectionAsync(await host.AddProjectAsync())}")).Expect(200);

        Assert.True(live.ContainsKey(name));
        Assert.Null(live[name]);
        Assert.True((bool)schema["properties"]![name]!["nullable"]!);
        Assert.Equal(words, schema["properties"]![name]!["enum"]?.ToJsonString());
        Assert.Contains(name, schema["required"]!.AsArray().Select(n => (string)n!));
    }

    [Fact]
    public async Task The_responses_to_mParticle_are_documented_in_its_spelling()
    {
        await using var host = await TestService.StartAsync();
        var document = await ApiDocument.ReadAsync(host);
        var registration = (await host.PostAsync("/ingest/mparticle", """{"type":"module_registration_request","id":"r-1","timestamp_ms":1}""")).Expect(200);

        Assert.Contains("firehose_version", registration.Select(p => p.Key));
        Assert.Equal(registration.Select(p => p.Key).Order(StringComparer.Ordinal), NamesOf(document, "RegistrationResponse"));
        Assert.Equal(["firehose_version", "id", "suspend_subscription", "timestamp_ms", "type"], NamesOf(document, "FirehoseResponse"));
    }

    private static string[] NamesOf(ApiDocument document, string schema) =>
        [.. document.Json["components"]!["schemas"]![schema]!["properties"]!.AsObject().Select(p => p.Key).Order(StringComparer.Ordinal)];

    private static IEnumerable<string> RequiredBy(ApiDocument document, ApiOperation operation)
    {
        var name = ((string)operation.RequestContent["application/json"]!["schema"]!["$ref"]!).Split('/')[^1];
        return (document.Json["components"]!["schemas"]![name]!["required"]?.AsArray() ?? []).Select(n => (string)n!).Order(StringComparer.Ordinal);
    }

    [GeneratedRegex("^[a-z]+([A-Z][a-z]+){1,3}$")]
    private static partial Regex Name();
}
