using IterableForwarder.Journal.Settings;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Administration;

public sealed class ProjectTests
{
    private const string Path = "/api/v1/projects";

    [Fact]
    public async Task A_project_takes_its_defaults_and_never_shows_its_secrets()
    {
        await using var host = await TestService.StartAsync();
        var made = await host.PostAsync(Path, """{"name":"Acme","apiKey":"0123456789abcdef","segmentSecret":"hush-hush"}""");

        var project = made.Expect(201);
        var shown = await host.GetAsync(made.Headers.Location!.ToString());
        Assert.Equal(made.Text, shown.Text);
        Assert.Equal("cdef", (string?)project["apiKeyHint"]);
        Assert.Equal("us", (string?)project["dataCenter"]);
        Assert.Equal("hybrid", (string?)project["type"]);
        Assert.Equal("customerId", (string?)project["userId"]);
        Assert.Equal("""{"lists":10,"users":5,"events":10}""", project["budgets"]!.ToJsonString());
        Assert.Equal("active", (string?)project["state"]);
        Assert.True(project.ContainsKey("holdReason") && project["holdReason"] is null);
        Assert.True((bool)project["hasSegmentSecret"]!);
        Assert.DoesNotContain("0123456789", made.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("hush-hush", made.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_error_of_a_project_is_named_at_once()
    {
        await using var host = await TestService.StartAsync();
        var response = await host.PostAsync(Path, """{"name":" ","apiKey":"a b","dataCenter":"mars","type":"none","userId":"email","budgets":{"lists":0,"users":100001,"events":0.1}}""");

        Assert.Equal(["apiKey", "budgets.lists", "budgets.users", "dataCenter", "name", "type", "userId"], response.ExpectErrors());
        Assert.Equal(7, (int)response.Json["faultCount"]!);
        Assert.Contains("us, eu", response.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"name":"A"}""", "apiKey")]
    [InlineData("""{"name":"A","apiKey":""}""", "apiKey")]
    [InlineData("""{"apiKey":"k"}""", "name")]
    [InlineData("""{"name":"A","apiKey":"k","type":"email","dataCenter":"eu"}""", "type")]
    [InlineData("""{"name":"A","apiKey":"k","type":"email","dataCenter":"EU"}""", "type")]
    [InlineData("""{"name":"A","apiKey":"k","Type":"email"}""", "Type")]
    [InlineData("""{"name":"A","apiKey":"k","name":"B"}""", "$")]
    [InlineData("""{"name":"A","apiKey":"k","budgets":{"lists":"10"}}""", "budgets.lists")]
    [InlineData("""{"name":7,"apiKey":"k"}""", "name")]
    [InlineData("""{"name":"A",""", "$")]
    [InlineData("", "$")]
    [InlineData("null", "$")]
    public async Task An_invalid_project_is_refused_at_the_path_of_its_error(string body, string path)
    {
        await using var host = await TestService.StartAsync();
        Assert.Equal([path], (await host.PostAsync(Path, body)).ExpectErrors());
        Assert.Empty(host.Directory.Projects);
    }

    [Fact]
    public async Task Another_content_type_is_refused()
    {
        await using var host = await TestService.StartAsync();
        (await host.SendAsync(HttpMethod.Post, Path, "name=A", mediaType: "application/x-www-form-urlencoded")).ExpectProblem(415);
    }

    [Fact]
    public async Task A_key_belongs_to_one_project()
    {
        await using var host = await TestService.StartAsync();
        await host.AddProjectAsync("key-of-the-first");
        var second = await host.AddProjectAsync("key-of-the-second");

        (await host.PostAsync(Path, """{"name":"B","apiKey":"key-of-the-first"}""")).ExpectProblem(409);
        (await host.PatchAsync($"{Path}/{second}", """{"apiKey":"key-of-the-first"}""")).ExpectProblem(409);
        Assert.Equal(2, host.Directory.Projects.Count);
    }

    [Fact]
    public async Task The_same_key_sent_many_times_at_once_creates_one_project()
    {
        await using var host = await TestService.StartAsync();
        var responses = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => host.PostAsync(Path, """{"name":"A","apiKey":"one-key"}""")));

        Assert.Single(responses, a => a.Status == 201);
        Assert.Equal(19, responses.Count(a => a.Status == 409));
        Assert.Single(host.Directory.Projects);
    }

    [Fact]
    public async Task A_replacement_keeps_only_the_secrets_that_are_left_out()
    {
        await using var host = await TestService.StartAsync();
        var id = await host.AddProjectAsync("first-key-1111", ""","segmentSecret":"s","userId":"mpid","budgets":{"lists":1,"users":1,"events":1}""");

        const string All = "\"name\":\"B\",\"dataCenter\":\"us\",\"type\":\"userId\",\"userId\":\"customerId\",\"budgets\":{\"lists\":10,\"users\":2,\"events\":10}";
        var project = (await host.PutAsync($"{Path}/{id}", $$"""{{{All}},"apiKey":null}""")).Expect(200);
        Assert.Equal("1111", (string?)project["apiKeyHint"]);
        Assert.True((bool)project["hasSegmentSecret"]!);
        Assert.Equal("customerId", (string?)project["userId"]);
        Assert.Equal("""{"lists":10,"users":2,"events":10}""", project["budgets"]!.ToJsonString());

        project = (await host.PutAsync($"{Path}/{id}", $$"""{{{All}},"apiKey":"second-key-2222","segmentSecret":""}""")).Expect(200);
        Assert.Equal("2222", (string?)project["apiKeyHint"]);
        Assert.False((bool)project["hasSegmentSecret"]!);
        Assert.Equal(["apiKey"], (await host.PutAsync($"{Path}/{id}", $$"""{{{All}},"apiKey":""}""")).ExpectErrors());
        await host.AddProjectAsync("first-key-1111");
    }

    [Fact]
    public async Task A_new_key_resumes_a_held_project_and_another_setting_does_not()
    {
        await using var host = await TestService.StartAsync();
        var id = await host.AddProjectAsync();
        await HoldAsync(host);
        var held = (await host.GetAsync($"{Path}/{id}")).Expect(200);
        Assert.Equal("held", (string?)held["state"]);
        Assert.Equal("credentialsRejected", (string?)held["holdReason"]);
        Assert.Equal("service", (string?)held["heldBy"]);

        Assert.Equal("held", (string?)(await host.PatchAsync($"{Path}/{id}", """{"name":"A"}""")).Expect(200)["state"]);
        Assert.Equal("active", (string?)(await host.PatchAsync($"{Path}/{id}", """{"apiKey":"another-key"}""")).Expect(200)["state"]);
    }

    [Fact]
    public async Task A_project_is_deleted_only_once_it_has_no_connections()
    {
        await using var host = await TestService.StartAsync();
        var id = await host.AddProjectAsync();
        var connection = await host.AddConnectionAsync(id);

        (await host.DeleteAsync($"{Path}/{id}")).ExpectProblem(409);
        (await host.DeleteAsync($"/api/v1/connections/{connection}")).Expect(204);
        (await host.DeleteAsync($"{Path}/{id}")).Expect(204);
        (await host.GetAsync($"{Path}/{id}")).ExpectProblem(404);
        await host.AddProjectAsync();
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("PUT", "")]
    [InlineData("DELETE", "")]
    [InlineData("POST", "/check")]
    [InlineData("POST", "/resume")]
    public async Task An_unknown_or_malformed_id_is_not_found(string method, string action)
    {
        await using var host = await TestService.StartAsync();
        foreach (var id in new[] { "nonsense", new string('0', 32), "0199c0de7a3b7c1e8f0a1b2c3d4e5f60" })
            (await host.SendAsync(new HttpMethod(method), $"{Path}/{id}{action}", method == "PUT" ? """{"name":"A"}""" : null)).ExpectProblem(404);
    }

    [Fact]
    public async Task Pages_follow_one_another_to_the_end()
    {
        await using var host = await TestService.StartAsync();
        List<string> ids = [];
        for (var i = 0; i < 5; i++) ids.Add(await host.AddProjectAsync($"key-{i}"));
        ids.Sort(StringComparer.Ordinal);

        List<string> seen = [];
        for (var query = "?limit=2"; query is not null;)
        {
            var page = (await host.GetAsync(Path + query)).Expect(200);
            seen.AddRange(page["items"]!.AsArray().Select(p => (string)p!["id"]!));
            query = (string?)page["next"] is { } next ? $"?limit=2&after={next}" : null;
        }
        Assert.Equal(ids, seen);
    }

    [Theory]
    [InlineData("?limit=0", "limit")]
    [InlineData("?limit=1001", "limit")]
    [InlineData("?limit=many", "limit")]
    [InlineData("?after=nonsense", "after")]
    public async Task An_invalid_page_is_refused(string query, string path)
    {
        await using var host = await TestService.StartAsync();
        Assert.Equal([path], (await host.GetAsync(Path + query)).ExpectErrors());
    }

    [Fact]
    public async Task An_empty_list_is_a_page_too()
    {
        await using var host = await TestService.StartAsync();
        Assert.Equal("""{"items":[],"next":null}""", (await host.GetAsync(Path)).Text);
    }

    private static async Task HoldAsync(TestService host)
    {
        var project = host.Directory.Projects.Single();
        var hold = new HoldCause("credentialsRejected", "Invalid API key", "service", project.CreatedAt);
        await host.Directory.UpdateAsync(project.Id, p => p with { Hold = hold }, default);
    }
}
