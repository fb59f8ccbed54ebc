using System.Text.Json.Nodes;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Administration;

/// <summary>What is not verified says so, and Iterable is asked before it counts.</summary>
public sealed class KeyChangeTests
{
    private const string Other = "iterable-key-0002";

    [Fact]
    public async Task A_key_that_shows_our_lists_is_accepted_and_changes_nothing_else()
    {
        await using var pipeline = await Pipeline.StartAsync(project: ",\"userId\":\"mpid\",\"segmentSecret\":\"s\"");
        await pipeline.ConnectAsync();
        var before = await ProjectAsync(pipeline);
        pipeline.Sandbox.State.ExchangeKey(Pipeline.ApiKey, Other);

        Assert.Equal("""{"ok":true,"lists":1,"missingLists":[],"changed":false}""", (await KeyAsync(pipeline, Other, dryRun: true)).Text);
        Assert.Equal("0001", (string?)(await ProjectAsync(pipeline))["apiKeyHint"]);
        Assert.Equal("""{"ok":true,"lists":1,"missingLists":[],"changed":true}""", (await KeyAsync(pipeline, Other)).Text);
        Assert.False((bool)(await KeyAsync(pipeline, Other)).Expect(200)["changed"]!);

        var after = await ProjectAsync(pipeline);
        Assert.Equal("0002", (string?)after["apiKeyHint"]);
        Assert.Equal("[]", after["warnings"]!.ToJsonString());
        foreach (var project in new[] { before, after }) project.Remove("apiKeyHint");
        before.Remove("warnings");
        after.Remove("warnings");
        Assert.Equal(before.ToJsonString(), after.ToJsonString());
    }

    [Fact]
    public async Task A_key_that_does_not_show_our_lists_changes_nothing_unless_it_is_forced()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (_, list) = await pipeline.ConnectAsync();
        pipeline.Sandbox.State.AddList(Other, "another", 9999);

        var problem = (await KeyAsync(pipeline, Other)).ExpectProblem(409);
        Assert.Equal(("MissingLists", $"[{list}]"), ((string)problem["code"]!, problem["missingLists"]!.ToJsonString()));
        var dry = (await KeyAsync(pipeline, Other, dryRun: true)).Expect(200);
        Assert.Equal((false, 1, $"[{list}]", "MissingLists"), ((bool)dry["ok"]!, (int)dry["lists"]!, dry["missingLists"]!.ToJsonString(), (string)dry["code"]!));
        Assert.Equal("0001", (string?)(await ProjectAsync(pipeline))["apiKeyHint"]);

        var forced = (await KeyAsync(pipeline, Other, force: true)).Expect(200);
        Assert.Equal((true, true, $"[{list}]"), ((bool)forced["ok"]!, (bool)forced["changed"]!, forced["missingLists"]!.ToJsonString()));
    }

    [Fact]
    public async Task A_key_that_Iterable_refuses_or_that_another_project_has_is_refused_even_by_force()
    {
        await using var pipeline = await Pipeline.StartAsync();
        await pipeline.Service.AddProjectAsync(Other);

        foreach (var (key, code) in new[] { ("revoked-key", "BadApiKey"), (Other, "KeyInUse") })
        {
            var problem = (await KeyAsync(pipeline, key, force: true)).ExpectProblem(409);
            Assert.Equal((code, "[]"), ((string)problem["code"]!, problem["missingLists"]!.ToJsonString()));
            var dry = (await KeyAsync(pipeline, key, dryRun: true)).Expect(200);
            Assert.Equal((false, code, false), ((bool)dry["ok"]!, (string)dry["code"]!, (bool)dry["changed"]!));
        }
        Assert.Equal("0001", (string?)(await ProjectAsync(pipeline))["apiKeyHint"]);
        Assert.Equal(["apiKey", "dry"], (await pipeline.Service.PostAsync($"/api/v1/projects/{pipeline.ProjectId}/key", """{"apiKey":"","dry":true}""")).ExpectErrors());
        Assert.DoesNotContain(pipeline.Service.Logs, l => l.Contains("revoked-key", StringComparison.Ordinal));
    }

    [Fact]
    public async Task When_Iterable_cannot_be_reached_the_response_is_502_and_nothing_changes()
    {
        await using var host = await UnreachableAsync();
        var id = await host.AddProjectAsync();
        var problem = (await host.PostAsync($"/api/v1/projects/{id}/key", """{"apiKey":"another-key"}""")).ExpectProblem(502);
        Assert.Equal("ConnectionFailed", (string?)problem["code"]);
        (await host.PostAsync("/api/v1/projects?check=true", """{"name":"x","apiKey":"a-third-key"}""")).ExpectProblem(502);
        Assert.Equal(["iterable-key-0001"], host.Directory.Projects.Select(p => p.ApiKey));
    }

    [Fact]
    public async Task Another_key_resumes_a_held_project()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, _) = await pipeline.ConnectAsync();
        pipeline.Sandbox.State.ExchangeKey(Pipeline.ApiKey, Other);
        pipeline.Sandbox.State.Configure(Pipeline.ApiKey, p => p with { Revoked = true });
        var batch = await pipeline.PostAsync(connection, Wire.Add("a@x.com"));
        await pipeline.ConnectionAsync(connection, c => (string?)c["heldAt"] == "project");

        (await KeyAsync(pipeline, Other)).Expect(200);

        await pipeline.CompletedAsync(batch);
        Assert.Equal("active", (string?)(await ProjectAsync(pipeline))["state"]);
    }

    [Fact]
    public async Task P0_10_With_check_nothing_is_stored_that_Iterable_refuses()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var service = pipeline.Service;
        var problem = (await service.PostAsync("/api/v1/projects?check=true", """{"name":"x","apiKey":"revoked-p10"}""")).ExpectProblem(422);
        Assert.Equal("BadApiKey", (string?)problem["code"]);
        (await service.PatchAsync($"/api/v1/projects/{pipeline.ProjectId}?check=true", """{"name":"x","apiKey":"revoked-p10"}""")).ExpectProblem(422);
        Assert.Equal(["Acme"], service.Directory.Projects.Select(p => p.Name));
        (await service.PostAsync("/api/v1/projects?check=true", $$"""{"name":"x","apiKey":"{{Pipeline.ApiKey}}"}""")).ExpectProblem(409);
        Assert.Equal(["check"], (await service.PostAsync("/api/v1/projects?check=maybe", """{"name":"x","apiKey":"k"}""")).ExpectErrors());

        Assert.Equal("""["keyUnverified"]""", (await service.PostAsync("/api/v1/projects", """{"name":"x","apiKey":"revoked-p10"}""")).Expect(201)["warnings"]!.ToJsonString());
        Assert.Equal("[]", (await service.PostAsync("/api/v1/projects?check=true", """{"name":"x","apiKey":"good"}""")).Expect(201)["warnings"]!.ToJsonString());
        Assert.Equal("""["keyUnverified"]""", (await ProjectAsync(pipeline))["warnings"]!.ToJsonString());
        Assert.Equal("[]", (await service.PatchAsync($"/api/v1/projects/{pipeline.ProjectId}?check=true", """{"name":"x"}""")).Expect(200)["warnings"]!.ToJsonString());
        Assert.Equal("""["keyUnverified"]""", (await service.PatchAsync($"/api/v1/projects/{pipeline.ProjectId}", """{"apiKey":"unchecked"}""")).Expect(200)["warnings"]!.ToJsonString());
    }

    [Fact]
    public async Task P0_10_With_check_a_connection_needs_its_list()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (known, list) = await pipeline.ConnectAsync();
        var path = $"/api/v1/connections/{known}";
        string Body(long id) => $$"""{"projectId":"{{pipeline.ProjectId}}","name":"c","listId":{{id}}}""";
        (await pipeline.Service.PostAsync("/api/v1/connections?check=true", Body(666))).ExpectProblem(422);
        (await pipeline.Service.PatchAsync($"{path}?check=true", """{"listId":666}""")).ExpectProblem(422);

        Assert.Equal("""["listUnverified"]""", (await pipeline.Service.GetAsync(path)).Json["warnings"]!.ToJsonString());
        Assert.Equal("[]", (await pipeline.Service.PatchAsync($"{path}?check=true", "{}")).Expect(200)["warnings"]!.ToJsonString());
        Assert.Equal("""["listUnverified"]""", (await pipeline.Service.PatchAsync(path, """{"listId":666}""")).Expect(200)["warnings"]!.ToJsonString());
        Assert.Equal("[]", (await pipeline.Service.PatchAsync($"{path}?check=true", $$"""{"listId":{{list}}}""")).Expect(200)["warnings"]!.ToJsonString());
        Assert.DoesNotContain("listUnverified", (await pipeline.Service.PostAsync("/api/v1/connections?check=true", Body(list))).Expect(201)["warnings"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("[]", (await ProjectAsync(pipeline))["warnings"]!.ToJsonString());
    }

    [Fact]
    public async Task A_successful_call_verifies_the_key_and_the_list()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, _) = await pipeline.ConnectAsync();
        Assert.Equal("""["keyUnverified"]""", (await ProjectAsync(pipeline))["warnings"]!.ToJsonString());

        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add("a@x.com")));

        Assert.Equal("[]", (await ProjectAsync(pipeline))["warnings"]!.ToJsonString());
        Assert.Equal("[]", (await pipeline.Service.GetAsync($"/api/v1/connections/{connection}")).Json["warnings"]!.ToJsonString());
    }

    [Theory]
    [InlineData(true, "held")]
    [InlineData(false, "active")]
    public async Task Resume_tries_the_key_and_shows_the_state_after_that(bool isRevoked, string state)
    {
        await using var pipeline = await Pipeline.StartAsync();
        pipeline.Sandbox.State.Configure(Pipeline.ApiKey, p => p with { Revoked = isRevoked });
        await HoldAsync(pipeline, HoldCause.CredentialsRejected);

        var resumed = (await pipeline.Service.PostAsync($"/api/v1/projects/{pipeline.ProjectId}/resume", """{"reason":"renewed"}""")).Expect(200);

        Assert.Equal(state, (string?)resumed["state"]);
        var history = (await pipeline.Service.GetAsync($"/api/v1/projects/{pipeline.ProjectId}/history")).Items;
        Assert.Equal(isRevoked ? 2 : 1, history.Count);
        Assert.Equal(("renewed", "configured operator key"), ((string)history[^1]!["endReason"]!, (string)history[^1]!["endedBy"]!));
    }

    [Fact]
    public async Task Resume_of_a_project_without_a_right_waits_for_delivery()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, _) = await pipeline.ConnectAsync();
        await HoldAsync(pipeline, HoldCause.Forbidden);
        var batch = await pipeline.PostAsync(connection, Wire.Add("a@x.com"));

        var resumed = (await pipeline.Service.PostAsync($"/api/v1/projects/{pipeline.ProjectId}/resume")).Expect(200);

        Assert.Equal(("active", "[]"), ((string)resumed["state"]!, resumed["warnings"]!.ToJsonString()));
        await pipeline.CompletedAsync(batch);
    }

    [Fact]
    public async Task Ignored_events_of_a_project_are_a_warning()
    {
        using var folder = new TemporaryFolder();
        string id;
        await using (var host = await TestService.StartAsync(folder.Path))
        {
            id = await host.AddProjectAsync();
            await host.Directory.UpdateAsync(new ProjectId(OpaqueId.Parse(id)), p => p with { EventsIgnored = true }, default);
        }
        await using var again = await TestService.StartAsync(folder.Path);
        Assert.Equal("""["keyUnverified","eventsIgnored"]""", (await again.GetAsync($"/api/v1/projects/{id}")).Json["warnings"]!.ToJsonString());
    }

    private static async Task HoldAsync(Pipeline pipeline, string reason)
    {
        var hold = new HoldCause(reason, "Invalid API key", HoldCause.Service, DateTimeOffset.UnixEpoch);
        await pipeline.Service.Directory.UpdateAsync(new ProjectId(OpaqueId.Parse(pipeline.ProjectId)), p => p with { Hold = hold }, default);
    }

    private static Task<ServiceResponse> KeyAsync(Pipeline pipeline, string key, bool dryRun = false, bool force = false) => pipeline.Service.PostAsync(
        $"/api/v1/projects/{pipeline.ProjectId}/key",
        $$"""{"apiKey":"{{key}}","dryRun":{{(dryRun ? "true" : "false")}},"force":{{(force ? "true" : "false")}}}""");

    private static async Task<JsonObject> ProjectAsync(Pipeline pipeline) => (await pipeline.Service.GetAsync($"/api/v1/projects/{pipeline.ProjectId}")).Expect(200);

    private static Task<TestService> UnreachableAsync() =>
        TestService.StartAsync(settings: new(TestService.Keys()) { ["Iterable:Endpoints:us"] = "http://127.0.0.1:9", ["Iterable:QuickRetryDelay"] = "00:00:00.001" });
}
