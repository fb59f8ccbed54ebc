using System.Text.Json.Nodes;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Administration;

public sealed class DocumentationTests
{
    [Fact]
    public async Task The_page_and_its_document_need_no_key()
    {
        await using var host = await TestService.StartAsync();
        Assert.Equal("text/html", (await host.SendAsync(HttpMethod.Get, "/swagger/index.html", authorization: null)).MediaType);
        Assert.Equal(200, (await host.SendAsync(HttpMethod.Get, "/swagger", authorization: null)).Status);
        Assert.NotEmpty((await DocumentAsync(host))["info"]!["description"]!.GetValue<string>());
    }

    [Fact]
    public async Task Every_operation_documents_its_purpose_its_request_and_every_response()
    {
        await using var host = await TestService.StartAsync();
        var document = await DocumentAsync(host);
        var operations = Operations(document);
        Assert.True(operations.Count >= 18);
        foreach (var (name, operation) in operations)
        {
            Assert.False(string.IsNullOrWhiteSpace((string?)operation["summary"]), name);
            Assert.NotEmpty(operation["tags"]!.AsArray());
            Assert.True(operation["security"]!.AsArray().Single()!.AsObject().ContainsKey("Key"), name);
            foreach (var status in Expected(name, operation)) Assert.True(operation["responses"]!.AsObject().ContainsKey(status), $"{name} {status}");
            foreach (var (status, response) in operation["responses"]!.AsObject())
            {
                Assert.False(string.IsNullOrWhiteSpace((string?)response!["description"]), $"{name} {status}");
                Assert.All(response["content"]?.AsObject() ?? [], media => Assert.True(media.Value!["example"] is not null, $"{name} {status} {media.Key} has no example"));
                Assert.All(response["content"]?.AsObject() ?? [], media => Assert.Equal(status[0] == '4' || status[0] == '5' ? "application/problem+json" : "application/json", media.Key));
            }
            Assert.All(operation["requestBody"]?["content"]?.AsObject() ?? [], media => Assert.True(media.Value!["example"] is not null, $"{name} request has no example"));
            Assert.All(operation["parameters"]?.AsArray().Where(p => (string?)p!["in"] == "query") ?? [], p => Assert.False(string.IsNullOrEmpty((string?)p!["description"]), name));
        }
        Assert.Equal("bearer", (string?)document["components"]!["securitySchemes"]!["Key"]!["scheme"]);
    }

    [Fact]
    public async Task Groups_and_parameters_are_documented_as_they_are_used()
    {
        await using var host = await TestService.StartAsync();
        var document = await DocumentAsync(host);
        string[] ours = ["Projects", "Connections", "Keys"];
        Assert.Equal(ours, document["tags"]!.AsArray().Select(t => (string)t!["name"]!).Where(ours.Contains));
        var parameters = document["paths"]!["/api/v1/connections"]!["get"]!["parameters"]!.AsArray();
        Assert.Equal(["projectId", "audienceId", "source", "state", "name", "warning", "limit", "after"], parameters.Select(p => (string)p!["name"]!));
        Assert.Equal(["application/json"], document["paths"]!["/api/v1/projects"]!["post"]!["requestBody"]!["content"]!.AsObject().Select(c => c.Key));
    }

    [Fact]
    public async Task The_header_that_guards_against_repetition_can_be_sent_from_the_page()
    {
        await using var host = await TestService.StartAsync();
        var parameters = (await DocumentAsync(host))["paths"]!["/api/v1/connections/{id}/members"]!["post"]!["parameters"]!.AsArray();
        var header = Assert.Single(parameters, p => (string?)p!["in"] == "header")!;
        Assert.Equal("Idempotency-Key", (string?)header["name"]);
        Assert.NotEmpty((string)header["description"]!);
    }

    [Fact]
    public async Task MParticles_path_is_documented_with_the_key_it_asks_for()
    {
        await using var host = await TestService.StartAsync();
        var operation = (await DocumentAsync(host))["paths"]!["/ingest/mparticle"]!["post"]!;
        Assert.True(operation["security"]!.AsArray().Single()!.AsObject().ContainsKey("Key"));
        Assert.NotNull(operation["requestBody"]!["content"]!["application/json"]!["example"]);
        string[] statuses = ["200", "202", "400", "401", "403", "413", "415", "503"];
        Assert.All(statuses, status => Assert.True(operation["responses"]!.AsObject().ContainsKey(status), status));
    }

    [Fact]
    public async Task Segments_path_is_documented_with_every_response_and_its_signature()
    {
        await using var host = await TestService.StartAsync();
        var operation = (await DocumentAsync(host))["paths"]!["/ingest/segment/{projectId}"]!["post"]!;
        Assert.True(operation["security"]!.AsArray().Single()!.AsObject().ContainsKey("Key"));
        var example = operation["requestBody"]!["content"]!["application/json"]!["example"]!.ToJsonString();
        string[] statuses = ["202", "400", "401", "403", "404", "413", "415", "429", "500", "503"];
        Assert.All(statuses, status => Assert.NotNull(operation["responses"]![status]?["content"]?.AsObject().Single().Value!["example"]));
        Assert.Equal("X-Signature", (string?)Assert.Single(operation["parameters"]!.AsArray(), p => (string?)p!["in"] == "header")!["name"]);

        var response = await host.PostAsync($"/ingest/segment/{await host.AddProjectAsync()}", example);
        Assert.Equal(operation["responses"]!["202"]!["content"]!["application/json"]!["example"]!.ToJsonString(), response.Expect(202).ToJsonString());
    }

    [Fact]
    public async Task Allowed_words_are_documented()
    {
        await using var host = await TestService.StartAsync();
        var schemas = (await DocumentAsync(host))["components"]!["schemas"]!;
        Assert.Equal("""["us","eu",null]""", schemas["NewProject"]!["properties"]!["dataCenter"]!["enum"]!.ToJsonString());
        Assert.Equal("""["active","paused","held","closed"]""", schemas["ConnectionResponse"]!["properties"]!["state"]!["enum"]!.ToJsonString());
        Assert.False(string.IsNullOrEmpty((string?)schemas["NewProject"]!["properties"]!["apiKey"]!["description"]));
    }

    [Fact]
    public async Task The_examples_are_accepted()
    {
        await using var host = await TestService.StartAsync();
        var document = await DocumentAsync(host);
        string ExampleOf(string path, string method) => document["paths"]![path]![method]!["requestBody"]!["content"]!["application/json"]!["example"]!.ToJsonString();

        var project = (string)(await host.PostAsync("/api/v1/projects", ExampleOf("/api/v1/projects", "post"))).Expect(201)["id"]!;
        (await host.PutAsync($"/api/v1/projects/{project}", ExampleOf("/api/v1/projects/{id}", "put"))).Expect(200);
        string Own(string json) => json.Replace("0199c0de7a3b7c1e8f0a1b2c3d4e5f60", project, StringComparison.Ordinal);
        var connection = (string)(await host.PostAsync("/api/v1/connections", Own(ExampleOf("/api/v1/connections", "post")))).Expect(201)["id"]!;
        (await host.PutAsync($"/api/v1/connections/{connection}", Own(ExampleOf("/api/v1/connections/{id}", "put")))).Expect(200);
        var stream = (string)(await host.PostAsync("/api/v1/streams", Own(ExampleOf("/api/v1/streams", "post")))).Expect(201)["id"]!;
        (await host.PutAsync($"/api/v1/streams/{stream}", Own(ExampleOf("/api/v1/streams/{id}", "put")))).Expect(200);
        foreach (var path in new[] { "/ingest/amplitude/{streamId}/events", "/ingest/amplitude/{streamId}/users" })
            Assert.Equal(1, (int)(await host.PostAsync(path.Replace("{streamId}", stream, StringComparison.Ordinal), ExampleOf(path, "post"))).Expect(202)["accepted"]!);
        Assert.True((bool)(await host.PostAsync($"/api/v1/streams/{stream}/preview", ExampleOf("/api/v1/streams/{id}/preview", "post"))).Expect(200)["passes"]!);
        (await host.PostAsync("/api/v1/keys", Own(ExampleOf("/api/v1/keys", "post")))).Expect(201);
    }

    private static async Task<JsonObject> DocumentAsync(TestService host) =>
        (await host.SendAsync(HttpMethod.Get, "/swagger/v1/swagger.json", authorization: null)).Expect(200);

    private static List<(string Name, JsonNode Operation)> Operations(JsonObject document) =>
    [
        .. document["paths"]!.AsObject()
            .Where(path => new[] { "projects", "connections", "streams", "keys", "batches", "members" }.Any(p => path.Key.StartsWith($"/api/v1/{p}", StringComparison.Ordinal)))
            .SelectMany(path => path.Value!.AsObject().Select(o => ($"{o.Key} {path.Key}", o.Value!))),
    ];

    private static IEnumerable<string> Expected(string name, JsonNode operation)
    {
        yield return name switch
        {
            "post /api/v1/projects" or "post /api/v1/connections" or "post /api/v1/streams" or "post /api/v1/keys" => "201",
            "post /api/v1/connections/{id}/members" => "202",
            _ when name.StartsWith("delete", StringComparison.Ordinal) => "204",
            _ => "200",
        };
        foreach (var status in new[] { "401", "403", "503" }) yield return status;
        if (name.Contains('{', StringComparison.Ordinal)) yield return "404";
        if (operation["requestBody"] is null) yield break;
        yield return "400";
        yield return "415";
    }
}
