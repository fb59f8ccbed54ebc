using System.Text.Json.Nodes;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Administration;

/// <summary>What stands still is found, and says where it is stopped.</summary>
public sealed class FilterTests
{
    private const string Connections = "/api/v1/connections";
    private const string Streams = "/api/v1/streams";

    [Fact]
    public async Task P0_9_Connections_are_found_by_state_source_name_and_warning()
    {
        await using var host = await TestService.StartAsync();
        var project = await host.AddProjectAsync();
        var active = await NamedAsync(host, project, "Active one", ",\"listId\":1");
        var paused = await NamedAsync(host, project, "Paused ONE", ",\"listId\":1,\"source\":\"segment\",\"audienceId\":\"a\"");
        var held = await NamedAsync(host, project, "Held", ",\"listId\":2");
        var closed = await NamedAsync(host, project, "Closed", ",\"listId\":3");
        (await host.PostAsync($"{Connections}/{paused}/pause")).Expect(200);
        await UpdateAsync(host, held, c => c with { Flow = new() { Holds = [new(HoldFor(HoldCause.ListNotFound), c.ListId)] }, ListUnverified = false });
        await UpdateAsync(host, closed, c => c with { Closed = true });

        Task<string[]> FindAsync(string query) => FoundAsync(host, Connections + query);
        Assert.Equal([active], await FindAsync("?state=active"));
        Assert.Equal([paused], await FindAsync("?state=paused"));
        Assert.Equal([held], await FindAsync("?state=held"));
        Assert.Equal([closed], await FindAsync("?state=closed"));
        Assert.Equal(Sorted(active, paused), await FindAsync("?name=oNe"));
        Assert.Equal([paused], await FindAsync("?source=segment"));
        Assert.Equal(Sorted(active, paused), await FindAsync("?warning=listShared"));
        Assert.Equal(Sorted(active, paused, closed), await FindAsync("?warning=listUnverified"));
        Assert.Equal([active], await FindAsync($"?warning=listShared&state=active&name=one&projectId={project}"));
        Assert.Equal(["source", "state"], (await host.GetAsync(Connections + "?state=stopped&source=braze")).ExpectErrors());

        var (first, rest) = (await host.GetAsync(Connections + "?warning=listShared&limit=1"), Sorted(active, paused));
        Assert.Equal(rest[0], (string?)Assert.Single(first.Items)!["id"]);
        Assert.Equal([rest[1]], await FindAsync($"?warning=listShared&limit=1&after={first.Json["next"]}"));
    }

    [Fact]
    public async Task Streams_are_found_by_project_state_source_name_and_warning()
    {
        await using var host = await TestService.StartAsync();
        var (project, other) = (await host.AddProjectAsync(), await host.AddProjectAsync("key-of-another"));
        var (active, paused, held) = (await StreamAsync(host, project, "Product"), await StreamAsync(host, project, "Web"), await StreamAsync(host, other, "Product too"));
        (await host.PostAsync($"{Streams}/{paused}/pause")).Expect(200);
        await HoldProjectAsync(host, other, HoldCause.CredentialsRejected);

        Assert.Equal([active], await FoundAsync(host, Streams + "?state=active"));
        Assert.Equal([paused], await FoundAsync(host, Streams + "?state=paused&source=amplitude"));
        Assert.Equal([held], await FoundAsync(host, Streams + "?state=held"));
        Assert.Equal([held], await FoundAsync(host, Streams + "?warning=projectHeld"));
        Assert.Equal(Sorted(active, held), await FoundAsync(host, Streams + "?name=PRODUCT"));
        Assert.Empty(await FoundAsync(host, Streams + "?source=segment"));
        Assert.Equal(["source", "state"], (await host.GetAsync(Streams + "?state=stopped&source=braze")).ExpectErrors());
    }

    [Fact]
    public async Task P0_7_What_is_held_with_its_project_says_so_also_in_lists()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var service = pipeline.Service;
        var (connection, _) = await pipeline.ConnectAsync();
        var (resting, _) = await pipeline.ConnectAsync();
        var stream = await StreamAsync(service, pipeline.ProjectId, "s");
        (await service.PostAsync($"{Connections}/{resting}/pause", """{"reason":"look"}""")).Expect(200);
        pipeline.Sandbox.State.Configure(Pipeline.ApiKey, p => p with { Revoked = true });
        await pipeline.PostAsync(connection, Wire.Add("a@example.com"));

        var held = await pipeline.ConnectionAsync(connection, c => (string?)c["state"] == "held");

        Assert.Equal(("project", "credentialsRejected", "service"), ((string)held["heldAt"]!, (string)held["holdReason"]!, (string)held["heldBy"]!));
        Assert.Equal(("held", "project"), Stopped((await service.GetAsync(Connections + "?state=held")).Items.Single()));
        Assert.Equal(("paused", null), Stopped((await service.GetAsync($"{Connections}/{resting}")).Json));
        Assert.Equal(("held", "project"), Stopped((await service.GetAsync($"{Streams}/{stream}")).Json));
        Assert.Equal(("held", "project"), Stopped((await service.GetAsync(Streams)).Items.Single()));
    }

    [Fact]
    public async Task A_hold_of_a_connection_or_a_stream_is_shown_when_its_project_is_not_held()
    {
        await using var host = await TestService.StartAsync();
        var project = await host.AddProjectAsync();
        var (connection, stream) = (await host.AddConnectionAsync(project), await StreamAsync(host, project, "s"));
        Assert.Equal(("active", null), Stopped((await host.GetAsync($"{Connections}/{connection}")).Json));
        foreach (var id in new[] { connection, stream }) await host.Directory.UpdateFlowAsync(new FeedId(OpaqueId.Parse(id)), f => f with { Holds = [new(HoldFor(HoldCause.RequestRefused))] }, default);

        Assert.Equal(("held", "connection"), Stopped((await host.GetAsync($"{Connections}/{connection}")).Json));
        Assert.Equal(("held", "stream"), Stopped((await host.GetAsync($"{Streams}/{stream}")).Json));

        await HoldProjectAsync(host, project, HoldCause.Forbidden);
        var shown = (await host.GetAsync($"{Connections}/{connection}")).Json;
        Assert.Equal(("project", "forbidden"), ((string)shown["heldAt"]!, (string)shown["holdReason"]!));
        // without the right to lists, events flow all the same
        Assert.Equal("requestRefused", (string?)(await host.GetAsync($"{Streams}/{stream}")).Json["holdReason"]);
    }

    private static (string State, string? HeldAt) Stopped(JsonNode? shown) => ((string)shown!["state"]!, (string?)shown["heldAt"]);

    private static string[] Sorted(params string[] ids) => [.. ids.Order(StringComparer.Ordinal)];

    private static async Task<string[]> FoundAsync(TestService host, string path) => Sorted([.. (await host.GetAsync(path)).Items.Select(c => (string)c!["id"]!)]);

    private static async Task<string> NamedAsync(TestService host, string project, string name, string more) =>
        (string)(await host.PostAsync(Connections, $$"""{"projectId":"{{project}}","name":"{{name}}"{{more}}}""")).Expect(201)["id"]!;

    private static async Task<string> StreamAsync(TestService host, string project, string name) => (string)(await host.PostAsync(
        Streams, $$$"""{"projectId":"{{{project}}}","name":"{{{name}}}","identifier":{"property":"user_id","type":"userId"}}""")).Expect(201)["id"]!;

    private static HoldCause HoldFor(string reason) => new(reason, null, HoldCause.Service, DateTimeOffset.UnixEpoch);

    private static Task<Connection?> UpdateAsync(TestService host, string id, Func<Connection, Connection> change) =>
        host.Directory.UpdateAsync(new FeedId(OpaqueId.Parse(id)), change, default);

    private static Task<Project?> HoldProjectAsync(TestService host, string id, string reason) =>
        host.Directory.UpdateAsync(new ProjectId(OpaqueId.Parse(id)), p => p with { Hold = HoldFor(reason) }, default);
}
