using System.Text.Json.Nodes;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Administration;

/// <summary>A misspelt word is an error, not a default; a setting that has no effect is refused.</summary>
public sealed class StrictnessTests
{
    /// <summary>What sources send, or would send: fields that a later version of theirs adds must stop nothing.</summary>
    private static readonly string[] OfIngest = ["post /api/v1/connections/{id}/members", "post /api/v1/connections/{id}/preview", "post /api/v1/streams/{id}/preview"];

    [Fact]
    public async Task P0_9_Every_operation_names_unknown_query_parameters_and_fields()
    {
        await using var host = await TestService.StartAsync();
        var document = (await host.SendAsync(HttpMethod.Get, "/swagger/v1/swagger.json", authorization: null)).Expect(200);
        var operations = document["paths"]!.AsObject()
            .Where(p => p.Key.StartsWith("/api/v1/", StringComparison.Ordinal))
            .SelectMany(p => p.Value!.AsObject().Select(o => (Name: $"{o.Key} {p.Key}", Method: new HttpMethod(o.Key.ToUpperInvariant()), Path: p.Key, Body: o.Value!["requestBody"])))
            .Where(o => !OfIngest.Contains(o.Name))
            .ToArray();
        Assert.True(operations.Length > 25);

        var ids = await IdsAsync(host);
        foreach (var (name, method, path, body) in operations)
        {
            var own = ids.Single(i => path.StartsWith(i.Prefix, StringComparison.Ordinal)).Id;
            var example = body?["content"]?["application/json"]?["example"]?.DeepClone().AsObject();
            if (example is not null) example["Staet"] = 1;
            var response = await host.SendAsync(method, $"{path.Replace("{id}", own, StringComparison.Ordinal)}?Staet=held", example?.ToJsonString());
            Assert.True(response.Status == 400, $"{name}: {response}");
            var found = response.Json["errors"]!.AsObject()["Staet"]!.AsArray();
            Assert.True(found.Count == (example is null ? 1 : 2), $"{name}: {response}");
        }
    }

    [Fact]
    public async Task P0_9_Misspelt_words_are_named_and_nothing_is_done()
    {
        await using var host = await TestService.StartAsync();
        var id = await host.AddConnectionAsync(await host.AddProjectAsync());
        Assert.Equal(["staet"], (await host.GetAsync("/api/v1/connections?staet=held")).ExpectErrors());
        Assert.Equal(["why"], (await host.PostAsync($"/api/v1/connections/{id}/pause", """{"why":"x"}""")).ExpectErrors());
        Assert.Equal("active", (string?)(await host.GetAsync($"/api/v1/connections/{id}")).Json["state"]);
        Assert.Equal(
            ["apiKey", "budgets.x", "cheque", "colour"],
            (await host.PostAsync("/api/v1/projects?cheque=true", """{"name":"A","colour":1,"budgets":{"x":1}}""")).ExpectErrors());
        Assert.Equal(["kind", "projektIds"], (await host.PostAsync("/api/v1/keys", """{"name":"A","projektIds":[]}""")).ExpectErrors());
        Assert.Equal(["dryrun"], (await host.PostAsync($"/api/v1/connections/{id}/replay", """{"dryrun":true}""")).ExpectErrors());
        Assert.Equal(["mail", "email"], (await host.PostAsync("/api/v1/members/search", """{"mail":"a@x.com"}""")).ExpectErrors().OrderDescending(StringComparer.Ordinal));
        Assert.Equal(["limits"], (await host.GetAsync($"/api/v1/connections/{id}/history?limits=1")).ExpectErrors());
        Assert.Equal(["sourceid"], (await host.GetAsync("/api/v1/projects?sourceid=x")).ExpectErrors());
    }

    [Fact]
    public async Task Sources_may_send_fields_and_parameters_that_nobody_knows()
    {
        await using var host = await TestService.StartAsync();
        var id = await host.AddConnectionAsync(await host.AddProjectAsync());
        const string Body = """{"changes":[{"action":"add","email":"a@x.com","colour":"red"}],"version":2}""";
        (await host.PostAsync($"/api/v1/connections/{id}/members?trace=1", Body)).Expect(202);
        (await host.PostAsync($"/api/v1/connections/{id}/preview?trace=1", Body)).Expect(200);
    }

    [Fact]
    public async Task Many_unknown_fields_are_all_counted_and_the_first_hundred_named()
    {
        await using var host = await TestService.StartAsync();
        var body = new JsonObject(Enumerable.Range(0, 500).Select(i => KeyValuePair.Create($"f{i}", (JsonNode?)i)));
        var problem = (await host.PostAsync("/api/v1/projects", body.ToJsonString())).ExpectProblem(400);
        Assert.Equal((502, 100), ((int)problem["faultCount"]!, problem["errors"]!.AsObject().Count));
    }

    [Theory]
    [InlineData("members", """{"email":["user_id"],"userId":[]}""", "true", "identifiers")]
    [InlineData("mparticle", """{"email":["user_id"]}""", "true", "identifiers")]
    [InlineData("amplitude", """{"email":["user_id","traits.email"],"userId":["user_properties."]}""", "true", "identifiers.email[1]", "identifiers.userId[0]")]
    [InlineData("segment", """{"email":["user_id"],"userId":[]}""", "true")]
    [InlineData("amplitude", """{"email":["user_id"],"userId":[]}""", "true")]
    [InlineData("members", "null", "false")]
    [InlineData("mparticle", "null", "false")]
    [InlineData("segment", "null", "false", "requireEmail")]
    [InlineData("amplitude", """{"email":["user_id"]}""", "false", "requireEmail")]
    public async Task R9_A_setting_without_effect_for_the_source_is_refused(string source, string identifiers, string requireEmail, params string[] errors)
    {
        await using var host = await TestService.StartAsync();
        var project = await host.AddProjectAsync();
        var response = await host.PostAsync(
            "/api/v1/connections",
            $$"""{"projectId":"{{project}}","name":"i","source":"{{source}}","audienceId":"i1","listId":1,"identifiers":{{identifiers}},"requireEmail":{{requireEmail}}}""");
        if (errors.Length > 0) Assert.Equal(errors, response.ExpectErrors());
        else response.Expect(201);

        var id = await host.AddConnectionAsync(project, $",\"listId\":1,\"source\":\"{source}\",\"audienceId\":\"i2\"");
        var patched = await host.PatchAsync($"/api/v1/connections/{id}", $$"""{"identifiers":{{identifiers}},"requireEmail":{{requireEmail}}}""");
        if (errors.Length > 0) Assert.Equal(errors, patched.ExpectErrors());
        else Assert.Equal(requireEmail == "true", (bool)patched.Expect(200)["requireEmail"]!);
    }

    [Fact]
    public async Task In_a_project_of_the_type_email_an_email_is_always_required()
    {
        using var folder = new TemporaryFolder();
        string other;
        await using (var host = await TestService.StartAsync(folder.Path))
        {
            var project = await host.AddProjectAsync(more: ",\"type\":\"email\"");
            Assert.Equal(["requireEmail"], (await host.PostAsync("/api/v1/connections", $$"""{"projectId":"{{project}}","name":"c","listId":1,"requireEmail":false}""")).ExpectErrors());
            var id = await host.AddConnectionAsync(project);
            Assert.Equal(["requireEmail"], (await host.PatchAsync($"/api/v1/connections/{id}", """{"requireEmail":false}""")).ExpectErrors());

            other = await host.AddProjectAsync("key-of-another");
            await host.AddConnectionAsync(other, ",\"listId\":1,\"requireEmail\":false");
        }
        await using var again = await TestService.StartAsync(folder.Path);
        Assert.Equal(["type"], (await again.PatchAsync($"/api/v1/projects/{other}", """{"type":"email"}""")).ExpectErrors());
        var shown = (await again.GetAsync($"/api/v1/projects/{other}")).Expect(200);
        shown["type"] = "email";
        Assert.Equal(["type"], (await again.PutAsync($"/api/v1/projects/{other}", shown.ToJsonString())).ExpectErrors());
        (await again.PatchAsync($"/api/v1/projects/{other}", """{"type":"userId"}""")).Expect(200);
    }

    /// <summary>Something of each kind, so that a refusal is not for want of it.</summary>
    private static async Task<(string Prefix, string Id)[]> IdsAsync(TestService host)
    {
        var project = await host.AddProjectAsync();
        var connection = await host.AddConnectionAsync(project);
        var stream = await host.PostAsync("/api/v1/streams", $$$"""{"projectId":"{{{project}}}","name":"s","identifier":{"property":"user_id","type":"userId"}}""");
        return
        [
            ("/api/v1/projects", project), ("/api/v1/connections", connection), ("/api/v1/streams", (string)stream.Expect(201)["id"]!),
            ("/api/v1/batches", project), ("/api/v1/keys", project), ("/api/v1/members", project),
        ];
    }
}
