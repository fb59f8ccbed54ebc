using System.Text.Json.Nodes;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Administration;

public sealed class StreamTests
{
    private const string Whole =
        """
        "identifier":{"property":"user_id","type":"userId"},
        "mappings":{"email":"user_properties.email","campaignId":"event_properties.campaign"},
        "events":{"enabled":true,"include":[{"eventType":"Purchase","filters":[{"property":"event_properties.plan","op":"is","values":["pro","team"]}]}],
                  "properties":["event_properties.plan","user_properties.tier"]},
        "users":{"enabled":true,"properties":["user_properties.tier"],"mergeNestedObjects":true}
        """;

    [Fact]
    public async Task A_stream_is_created_shown_listed_and_kept_over_a_restart()
    {
        using var folder = new TemporaryFolder();
        string id;
        JsonObject made;
        await using (var host = await TestService.StartAsync(folder.Path))
        {
            var project = await host.AddProjectAsync();
            var response = await host.PostAsync("/api/v1/streams", $$"""{"projectId":"{{project}}","name":"Product",{{Whole}}}""");
            made = response.Expect(201);
            id = (string)made["id"]!;
            Assert.EndsWith($"/api/v1/streams/{id}", response.Headers.Location!.ToString(), StringComparison.Ordinal);
            foreach (var (part, wanted) in JsonNode.Parse($$"""{{{Whole}}}""")!.AsObject()) AssertHolds(wanted!, made[part]!);
            Assert.Equal("active", (string)made["state"]!);
            Assert.Equal(0, (long)made["status"]!["pending"]!);
            Assert.Equal(id, (string)Assert.Single((await host.GetAsync($"/api/v1/streams?projectId={project}")).Items)!["id"]!);
            Assert.Empty((await host.GetAsync("/api/v1/streams?projectId=0199c0de7a3b7c1e8f0a1b2c3d4e5f60")).Items);
        }
        await using var again = await TestService.StartAsync(folder.Path);
        Assert.Equal(made.ToJsonString(), (await again.GetAsync($"/api/v1/streams/{id}")).Expect(200).ToJsonString());
    }

    [Fact]
    public async Task Every_error_of_a_definition_is_named_by_its_path()
    {
        await using var host = await TestService.StartAsync();
        var response = await host.PostAsync(
            "/api/v1/streams",
            """
            {"projectId":"nobody","name":" ","identifier":{"property":"user_properties","type":"phone"},
             "mappings":{"phone":"user_properties.phone","email":"user_properties..email"},
             "events":{"include":[{"eventType":"A"},{"filters":[{"property":"x.","op":"like"},{"op":"is"},{"property":"plan","op":"set","values":["a"]},
                                  {"property":"plan","op":"greater","values":[1,2]},{"property":"plan","op":"is","values":[{},null,"a"]}]}],
                       "properties":["event_properties.plan","user_properties.plan","","group_properties"]},
             "users":{"properties":["user_properties.a.tier","user_properties.b.tier","event_properties.x"]}}
            """);
        Assert.Equal(
            new[]
            {
                "projectId", "name", "identifier.property", "identifier.type", "mappings.phone", "mappings.email",
                "events.include[1].eventType", "events.include[1].filters[0].property", "events.include[1].filters[0].op",
                "events.include[1].filters[1].property", "events.include[1].filters[1].values", "events.include[1].filters[2].values",
                "events.include[1].filters[3].values", "events.include[1].filters[4].values[0]", "events.include[1].filters[4].values[1]",
                "events.properties[1]", "events.properties[2]", "events.properties[3]", "users.properties[1]", "users.properties[2]",
            }.Order(StringComparer.Ordinal),
            response.ExpectErrors());
    }

    [Theory]
    [InlineData("""{"property":"user_id","type":"userId"}""", "userId")]
    [InlineData("""{"property":"user_properties.mail","type":"email"}""", "email")]
    public async Task A_mapping_to_the_identifiers_own_field_is_an_error(string identifier, string mapping)
    {
        await using var host = await TestService.StartAsync();
        var project = await host.AddProjectAsync();
        var response = await host.PostAsync("/api/v1/streams", $$$"""{"projectId":"{{{project}}}","name":"P","identifier":{{{identifier}}},"mappings":{"{{{mapping}}}":"user_properties.x"}}""");
        Assert.Equal([$"mappings.{mapping}"], response.ExpectErrors());
    }

    [Fact]
    public async Task A_stream_without_identifier_is_refused_and_one_of_the_wrong_type_too()
    {
        await using var host = await TestService.StartAsync();
        var project = await host.AddProjectAsync();
        Assert.Equal(["identifier"], (await host.PostAsync("/api/v1/streams", $$"""{"projectId":"{{project}}","name":"P"}""")).ExpectErrors());
        (await host.PostAsync("/api/v1/streams", $$"""{"projectId":"{{project}}","name":"P","identifier":"user_id"}""")).ExpectProblem(400);
    }

    [Fact]
    public async Task Replacing_sets_all_settings_and_keeps_the_project()
    {
        await using var host = await TestService.StartAsync();
        var project = await host.AddProjectAsync();
        var id = await AddAsync(host, project);
        const string Less = """
            {"name":"Less","identifier":{"property":"user_properties.mail","type":"email"},"mappings":{},
             "events":{"enabled":false,"include":[],"properties":[]},"users":{"enabled":false,"properties":["user_properties.a"]}}
            """;
        var replaced = (await host.PutAsync($"/api/v1/streams/{id}", Less)).Expect(200);
        Assert.Equal(project, (string)replaced["projectId"]!);
        Assert.Equal("Less", (string)replaced["name"]!);
        Assert.Equal("email", (string)replaced["identifier"]!["type"]!);
        Assert.False((bool)replaced["events"]!["enabled"]!);
        Assert.False((bool)replaced["users"]!["enabled"]!);
        Assert.Empty(replaced["mappings"]!.AsObject());
        Assert.Empty(replaced["events"]!["properties"]!.AsArray());
        Assert.Equal(["projectId"], (await host.PutAsync($"/api/v1/streams/{id}", Less.Replace("{\"name\"", "{\"projectId\":\"other\",\"name\"", StringComparison.Ordinal))).ExpectErrors());
    }

    [Fact]
    public async Task A_pause_stops_both_feeds_with_its_reason_and_a_resume_ends_it()
    {
        await using var host = await TestService.StartAsync();
        var id = await AddAsync(host, await host.AddProjectAsync());
        var paused = (await host.PostAsync($"/api/v1/streams/{id}/pause", """{"reason":"holidays"}""")).Expect(200);
        Assert.Equal(("paused", "pause", "holidays"), ((string)paused["state"]!, (string)paused["holdReason"]!, (string)paused["holdDetail"]!));
        Assert.Equal("active", (string)(await host.PostAsync($"/api/v1/streams/{id}/resume")).Expect(200)["state"]!);
    }

    [Fact]
    public async Task The_feeds_of_a_stream_are_never_shown_as_connections()
    {
        await using var host = await TestService.StartAsync();
        var project = await host.AddProjectAsync();
        var id = await AddAsync(host, project);
        (await host.PostAsync($"/api/v1/streams/{id}/pause")).Expect(200);
        (await host.PostAsync($"/ingest/amplitude/{id}/events", """{"events":[{"event_type":"Purchase","user_id":"u-1","event_properties":{"plan":"pro"},"user_properties":{"tier":1}}]}""")).Expect(200);
        Assert.Empty((await host.GetAsync($"/api/v1/connections?projectId={project}")).Items);
        var feeds = host.Directory.FeedsOf(host.Directory.Projects.Single().Id).Select(c => c.Id.ToString()).ToArray();
        Assert.Equal(2, feeds.Length);
        Assert.Contains(id, feeds);
        foreach (var feed in feeds) await AssertNoConnectionAsync(host, project, feed);

        Assert.Empty((await host.GetAsync($"/api/v1/connections?projectId={project}")).Items);
        var stream = (await host.GetAsync($"/api/v1/streams/{id}")).Expect(200);
        Assert.Equal(("Product", "paused"), ((string)stream["name"]!, (string)stream["state"]!));
        Assert.Equal((1, 1), ((long)stream["events"]!["status"]!["pending"]!, (long)stream["users"]!["status"]!["pending"]!));
    }

    [Fact]
    public async Task A_project_cannot_be_deleted_before_its_streams()
    {
        await using var host = await TestService.StartAsync();
        var project = await host.AddProjectAsync();
        var id = await AddAsync(host, project);
        (await host.DeleteAsync($"/api/v1/projects/{project}")).ExpectProblem(409);
        (await host.DeleteAsync($"/api/v1/streams/{id}")).Expect(204);
        (await host.GetAsync($"/api/v1/streams/{id}")).ExpectProblem(404);
        (await host.DeleteAsync($"/api/v1/streams/{id}")).ExpectProblem(404);
        Assert.Empty(host.Directory.FeedsOf(host.Directory.Projects.Single().Id));
        (await host.DeleteAsync($"/api/v1/projects/{project}")).Expect(204);
    }

    [Fact]
    public async Task An_ingest_key_permits_only_the_preview_of_a_stream()
    {
        await using var host = await TestService.StartAsync();
        var id = await AddAsync(host, await host.AddProjectAsync());
        const string Ingest = $"Bearer {TestService.IngestKey}";
        (await host.SendAsync(HttpMethod.Get, $"/api/v1/streams/{id}", authorization: Ingest)).ExpectProblem(403);
        (await host.SendAsync(HttpMethod.Post, $"/api/v1/streams/{id}/preview", """{"event_type":"A"}""", Ingest)).Expect(200);
    }

    private static async Task AssertNoConnectionAsync(TestService host, string project, string feed)
    {
        var connection = $"/api/v1/connections/{feed}";
        const string Settings = """{"name":"x","listId":1,"userId":null,"updateExistingUsersOnly":false,"campaignId":null,"channelUnsubscribe":false,"attributes":{}}""";
        const string Members = """{"changes":[{"action":"add","email":"a@x.com"}]}""";
        (await host.GetAsync(connection)).ExpectProblem(404);
        (await host.GetAsync($"{connection}/history")).ExpectProblem(404);
        (await host.PutAsync(connection, Settings)).ExpectProblem(404);
        (await host.PatchAsync(connection, """{"name":"x"}""")).ExpectProblem(404);
        (await host.DeleteAsync(connection)).ExpectProblem(404);
        (await host.DeleteAsync($"{connection}?discard=true")).ExpectProblem(404);
        (await host.PostAsync($"{connection}/pause")).ExpectProblem(404);
        (await host.PostAsync($"{connection}/resume")).ExpectProblem(404);
        (await host.PostAsync($"{connection}/pending/move", """{"fromListId":1,"toListId":2}""")).ExpectProblem(404);
        (await host.PostAsync($"{connection}/pending/discard", "{}")).ExpectProblem(404);
        (await host.PostAsync($"{connection}/replay", "{}")).ExpectProblem(404);
        (await host.PostAsync($"{connection}/members", Members)).ExpectProblem(404);
        (await host.PostAsync($"{connection}/preview", Members)).ExpectProblem(404);
        foreach (var word in new[] { "add", "remove" })
            (await host.PostAsync($"/ingest/amplitude/{project}/lists/{feed}/{word}", """{"userIds":["c-1"]}""")).ExpectProblem(404);
        (await host.PostAsync($"/ingest/segment/{feed}", "{}")).ExpectProblem(404);
    }

    private static async Task<string> AddAsync(TestService host, string project) =>
        (string)(await host.PostAsync("/api/v1/streams", $$"""{"projectId":"{{project}}","name":"Product",{{Whole}}}""")).Expect(201)["id"]!;

    /// <summary>Everything that was given is in the answer, which may say more.</summary>
    private static void AssertHolds(JsonNode wanted, JsonNode actual)
    {
        foreach (var (name, value) in wanted.AsObject()) Assert.True(JsonNode.DeepEquals(value, actual[name]), $"{name}: {actual.ToJsonString()}");
    }
}
