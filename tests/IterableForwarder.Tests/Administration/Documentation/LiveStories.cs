using System.Text.Json.Nodes;
using Iterable.Sandbox.Faults;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Administration.Documentation;

/// <summary>What operators do, by every operation of theirs.</summary>
internal sealed class LiveStories(LiveApi api, LiveWorld world)
{
    private const string OtherKey = "iterable-key-0002";

    private TestService Service => world.Service;

    public async Task PlayProjectsAsync()
    {
        var body = api.ExampleOf("createProject").Replace("the-project's-server-side-key", "another-key-1", StringComparison.Ordinal);
        var other = IdOf(await CallAsync(201, "createProject", new() { Body = body }));
        await CallAsync(409, "createProject", new() { Body = body });
        await CallAsync(422, "createProject", new() { Body = """{"name":"x","apiKey":"revoked-1"}""", Query = "?check=true" });
        await CallAsync(200, "listProjects", new() { Query = "?limit=1" });
        await CallAsync(200, "getProject", new(other));
        await CallAsync(200, "replaceProject", new(other));
        await CallAsync(409, "replaceProject", new(other) { Body = api.ExampleOf("replaceProject").Replace("""{"name""", $$"""{"apiKey":"{{Pipeline.ApiKey}}","name""", StringComparison.Ordinal) });
        await CallAsync(200, "patchProject", new(other));
        await CallAsync(409, "patchProject", new(other) { Body = $$"""{"apiKey":"{{Pipeline.ApiKey}}"}""" });
        await CallAsync(422, "patchProject", new(other) { Body = """{"apiKey":"revoked-1"}""", Query = "?check=true" });
        await CallAsync(200, "checkProject", new(world.Project));
        await CallAsync(200, "changeProjectKey", new(other) { Body = """{"apiKey":"another-key-2"}""" });
        await CallAsync(200, "changeProjectKey", new(world.Project) { Body = """{"apiKey":"revoked-1","dryRun":true}""" });
        world.Pipeline.Sandbox.State.AddList(OtherKey, "of another project", 9999);
        var refused = await CallAsync(409, "changeProjectKey", new(world.Project) { Body = $$"""{"apiKey":"{{OtherKey}}"}""" });
        Assert.NotEmpty(refused["missingLists"]!.AsArray());
        await CallAsync(200, "resumeProject", new(world.Project) { Body = """{"reason":"r"}""" });
        await CallAsync(409, "deleteProject", new(world.Project));
        await CallAsync(204, "deleteProject", new(other));
    }

    /// <summary>A project whose key was revoked: holds and their history have values where all is null otherwise.</summary>
    public async Task PlayHeldAsync()
    {
        world.Pipeline.Sandbox.State.Configure(Pipeline.ApiKey, p => p with { Revoked = true });
        await world.Pipeline.PostAsync(world.Connection, Wire.Add("bob@example.com"));
        await Eventually.GetAsync(() => Service.GetAsync($"/api/v1/projects/{world.Project}"), a => (string?)a.Json["state"] == "held", TimeSpan.FromSeconds(30));
        Assert.NotNull((await CallAsync(200, "getProject", new(world.Project)))["holdReason"]);
        Assert.Equal("project", (string?)(await CallAsync(200, "getConnection", new(world.Connection)))["heldAt"]);
        await CallAsync(200, "getStream", new(world.Stream));
        Assert.False((bool)(await CallAsync(200, "checkProject", new(world.Project)))["ok"]!);
        world.Pipeline.Sandbox.State.Configure(Pipeline.ApiKey, p => p with { Revoked = false });
        await CallAsync(200, "resumeProject", new(world.Project) { Body = "" });
        Assert.NotEmpty((await CallAsync(200, "listProjectHistory", new(world.Project)))["items"]!.AsArray());
    }

    public async Task PlayConnectionsAsync()
    {
        var body = OwnExample("createConnection");
        var made = IdOf(await CallAsync(201, "createConnection", new() { Body = body }));
        await CallAsync(409, "createConnection", new() { Body = body });
        await CallAsync(422, "createConnection", new() { Body = $$"""{"projectId":"{{world.Project}}","name":"x","listId":99999}""", Query = "?check=true" });
        Assert.Null((await CallAsync(200, "getConnection", new(made)))["userId"]);
        await CallAsync(200, "listConnections", new() { Query = "?limit=1" });
        await CallAsync(200, "replaceConnection", new(made) { Body = OwnExample("replaceConnection") });
        var other = IdOf(await CallAsync(201, "createConnection", new()
        {
            Body = $$"""{"projectId":"{{world.Project}}","name":"y","source":"segment","audienceId":"y","listName":"Y","userId":"mpid","campaignId":7,"identifiers":{"userId":["userId"] } }""",
        }));
        Assert.Equal("""{"email":null,"userId":["userId"]}""", (await CallAsync(200, "getConnection", new(other)))["identifiers"]?.ToJsonString());
        var third = IdOf(await CallAsync(201, "createConnection", new() { Body = body.Replace("456", "457", StringComparison.Ordinal) }));
        await CallAsync(409, "patchConnection", new(third) { Body = """{"audienceId":"456"}""" });
        await CallAsync(409, "replaceConnection", new(third) { Body = OwnExample("replaceConnection") });
        await CallAsync(200, "patchConnection", new(made));
        await CallAsync(422, "patchConnection", new(made) { Body = """{"listId":99999}""", Query = "?check=true" });
        await CallAsync(200, "pauseConnection", new(made));
        await CallAsync(202, "acceptMembers", new(made));
        await CallAsync(409, "deleteConnection", new(made));
        Assert.Equal(0, (int)(await CallAsync(200, "moveConnectionPending", new(made) { Body = OwnExample("moveConnectionPending") }))["moved"]!);
        Assert.Equal(0, (int)(await CallAsync(200, "discardConnectionPending", new(made) { Body = OwnExample("discardConnectionPending") }))["discarded"]!);
        await CallAsync(200, "resumeConnection", new(made));
        Assert.NotEmpty((await CallAsync(200, "listConnectionHistory", new(made)))["items"]!.AsArray());
        await CallAsync(204, "deleteConnection", new(other));
    }

    public async Task PlayStreamsAsync()
    {
        var made = IdOf(await CallAsync(201, "createStream", new() { Body = OwnExample("createStream") }));
        await CallAsync(200, "getStream", new(made));
        await CallAsync(200, "listStreams", new());
        await CallAsync(200, "replaceStream", new(made) { Body = OwnExample("replaceStream") });
        await CallAsync(200, "patchStream", new(made));
        await CallAsync(200, "previewStream", new(made));
        Assert.False((bool)(await CallAsync(200, "previewStream", new(made) { Body = """{"event_type":"Other","user_id":"u"}""" }))["passes"]!);
        await CallAsync(200, "pauseStream", new(made));
        await CallAsync(202, "acceptAmplitudeUsers", new(made));
        await CallAsync(409, "deleteStream", new(made));
        Assert.Equal(0, (int)(await CallAsync(200, "discardStreamPending", new(made) { Body = """{"batchId":"0199c0e01c5f7a0b8d9e0f1a2b3c4d5e"}""" }))["discarded"]!);
        await CallAsync(200, "resumeStream", new(made) { Body = "" });
        Assert.NotEmpty((await CallAsync(200, "listStreamHistory", new(made)))["items"]!.AsArray());
        await CallAsync(200, "replayStream", new(made));
        await Eventually.GetAsync(
            () => Service.GetAsync($"/api/v1/streams/{made}"), a => (int)a.Json["status"]!["pending"]! == 0, TimeSpan.FromSeconds(30));
        await CallAsync(204, "deleteStream", new(made));
    }

    public async Task PlayKeysAsync()
    {
        var made = IdOf(await CallAsync(201, "createKey", new() { Body = OwnExample("createKey") }));
        await CallAsync(200, "listKeys", new());
        await CallAsync(200, "getKey", new(made));
        await CallAsync(204, "deleteKey", new(made));
    }

    public async Task PlayOutcomesAsync()
    {
        var batch = await world.Pipeline.PostAsync(world.Connection, """{"action":"add","customerId":"c-77"}""", """{"action":"add","email":"nobody","customerId":"c-3"}""");
        await world.Pipeline.CompletedAsync(batch);
        await CallAsync(200, "getBatch", new(batch));
        await CallAsync(200, "listBatches", new() { Query = "?limit=1" });
        Assert.Equal(2, (await CallAsync(200, "listBatchMembers", new(batch)))["items"]!.AsArray().Count);
        Assert.Single((await CallAsync(200, "searchMembers", new() { Body = """{"customerId":"c-77"}""" }))["items"]!.AsArray());
        await CallAsync(200, "replayConnection", new(world.Connection));
        Assert.Single((await CallAsync(200, "replayConnection", new(world.Connection) { Body = """{"outcomes":["dropped"]}""" }))["batchIds"]!.AsArray());
    }

    /// <summary>Iterable fails whatever is asked.</summary>
    public async Task PlayWithoutIterableAsync()
    {
        world.Pipeline.Sandbox.State.AddFault(new() { Kind = FaultKind.Status, Status = 503 });
        var named = OwnExample("createConnection").Replace("\"listId\":42", "\"listName\":\"Nowhere\"", StringComparison.Ordinal).Replace("456", "458", StringComparison.Ordinal);
        await CallAsync(502, "createProject", new() { Body = """{"name":"x","apiKey":"another-key-3"}""", Query = "?check=true" });
        await CallAsync(502, "patchProject", new(world.Project) { Body = "{}", Query = "?check=true" });
        await CallAsync(502, "changeProjectKey", new(world.Project));
        await CallAsync(502, "createConnection", new() { Body = named });
        await CallAsync(502, "replaceConnection", new(world.Connection) { Body = named });
        await CallAsync(502, "patchConnection", new(world.Connection) { Body = """{"listName":"Nowhere"}""" });
        await CallAsync(502, "resolveSegmentAudience", new(world.Project) { Body = """{"audienceName":"Nowhere"}""" });
        world.Pipeline.Sandbox.State.RemoveFaults();
    }

    /// <summary>The key ring is lost, and with it the stored key of a project.</summary>
    public async Task PlayWithoutKeyRingAsync()
    {
        using var folder = new TemporaryFolder();
        string project;
        await using (var before = await TestService.StartAsync(folder.Path)) project = await before.AddProjectAsync();
        Directory.Move(Path.Combine(folder.Path, "keys"), Path.Combine(folder.Path, "elsewhere"));
        await using var host = await TestService.StartAsync(folder.Path);
        await api.CallAsync(host, 409, "resumeProject", new(project));
    }

    private string OwnExample(string operation) => api.ExampleOf(operation).Replace("0199c0de7a3b7c1e8f0a1b2c3d4e5f60", world.Project, StringComparison.Ordinal);

    private Task<JsonObject> CallAsync(int status, string operation, LiveRequest request) => api.CallAsync(Service, status, operation, request);

    private static string IdOf(JsonObject response) => (string?)response["id"] ?? "none";
}
