using System.Text.Json.Nodes;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace IterableForwarder.Tests.Administration;

/// <summary>Who stopped what, when and why, and who made it flow again.</summary>
public sealed class HistoryTests
{
    [Fact]
    public async Task A_pause_shows_who_when_and_why_and_who_ended_it()
    {
        await using var host = await TestService.StartAsync();
        var (ann, bob) = (await OperatorAsync(host, "ann"), await OperatorAsync(host, "bob"));
        var id = await host.AddConnectionAsync(await host.AddProjectAsync());

        var paused = (await host.SendAsync(HttpMethod.Post, $"/api/v1/connections/{id}/pause", """{"reason":"Campaign is over"}""", ann)).Expect(200);
        var lasting = Assert.Single(await HistoryAsync(host, "connections", id))!;
        Assert.Equal("pause pause 'Campaign is over' by ann, ended by nobody", Told(lasting));
        Assert.Equal((string?)paused["heldSince"], (string?)lasting["since"]);
        Assert.Null(lasting["endedAt"]);

        (await host.SendAsync(HttpMethod.Post, $"/api/v1/connections/{id}/resume", null, bob)).Expect(200);
        (await host.SendAsync(HttpMethod.Post, $"/api/v1/connections/{id}/resume", null, ann)).Expect(200);
        (await host.SendAsync(HttpMethod.Post, $"/api/v1/connections/{id}/pause", null, bob)).Expect(200);

        var history = await HistoryAsync(host, "connections", id);
        Assert.Equal(["pause pause '' by bob, ended by nobody", "pause pause 'Campaign is over' by ann, ended by bob"], history.Select(Told));
        Assert.True((DateTimeOffset)history[1]!["endedAt"]! >= (DateTimeOffset)history[1]!["since"]!);
        Assert.Equal(["by", "detail", "endReason", "endedAt", "endedBy", "kind", "listId", "reason", "since"], history[0]!.AsObject().Select(p => p.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_second_pause_replaces_the_first()
    {
        await using var host = await TestService.StartAsync();
        var (ann, bob) = (await OperatorAsync(host, "ann"), await OperatorAsync(host, "bob"));
        var id = await host.AddConnectionAsync(await host.AddProjectAsync());
        foreach (var key in new[] { ann, bob }) (await host.SendAsync(HttpMethod.Post, $"/api/v1/connections/{id}/pause", null, key)).Expect(200);

        (await host.SendAsync(HttpMethod.Post, $"/api/v1/connections/{id}/resume", null, ann)).Expect(200);

        var history = await HistoryAsync(host, "connections", id);
        Assert.Equal(["pause pause '' by bob, ended by ann", "pause pause '' by ann, ended by bob"], history.Select(Told));
        Assert.Equal((string?)history[1]!["endedAt"], (string?)history[0]!["since"]);
    }

    [Fact]
    public async Task A_hold_of_a_connection_is_ended_by_whoever_resumes_it_and_begins_again_if_the_reason_persists()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var connection = await pipeline.Service.AddConnectionAsync(pipeline.ProjectId, ",\"listId\":4242");
        await pipeline.PostAsync(connection, Wire.Add("a@x.com"));
        await HeldAsync();
        var ann = await OperatorAsync(pipeline.Service, "ann");

        (await pipeline.Service.SendAsync(HttpMethod.Post, $"/api/v1/connections/{connection}/resume", null, ann)).Expect(200);
        await HeldAsync();

        var history = await HistoryAsync(pipeline.Service, "connections", connection);
        Assert.Equal(2, history.Count);
        Assert.All(history, h => Assert.Equal(("hold", "listNotFound", "service"), ((string)h!["kind"]!, (string)h["reason"]!, (string)h["by"]!)));
        Assert.Equal("ann", (string?)history[1]!["endedBy"]);
        Assert.Null(history[0]!["endedBy"]);
        Assert.Empty(await HistoryAsync(pipeline.Service, "projects", pipeline.ProjectId));

        Task HeldAsync() => pipeline.ConnectionAsync(connection, c => (string?)c["state"] == "held");
    }

    [Fact]
    public async Task A_hold_of_a_project_is_ended_by_the_service_when_the_key_works_again_or_by_the_operator_who_sets_a_new_one()
    {
        await using var pipeline = await Pipeline.StartAsync(settings: ("Delivery:ProbeEvery", "00:00:01"));
        var (connection, _) = await pipeline.ConnectAsync();
        await RevokeAsync(true);
        var first = await pipeline.PostAsync(connection, Wire.Add("a@x.com"));
        await HeldAsync();
        await RevokeAsync(false);
        await pipeline.CompletedAsync(first);

        await RevokeAsync(true);
        await pipeline.PostAsync(connection, Wire.Add("b@x.com"));
        await HeldAsync();
        var ann = await OperatorAsync(pipeline.Service, "ann");
        (await pipeline.Service.SendAsync(HttpMethod.Patch, $"/api/v1/projects/{pipeline.ProjectId}", """{"apiKey":"another-key"}""", ann)).Expect(200);

        var history = await HistoryAsync(pipeline.Service, "projects", pipeline.ProjectId);
        // what the new key comes to is no part of this
        var ended = history.Where(h => h!["endedBy"] is not null).ToArray();
        Assert.Equal(["ann", "service"], ended.Select(h => (string)h!["endedBy"]!));
        Assert.All(ended, h => Assert.Equal(("hold", "credentialsRejected", "service"), ((string)h!["kind"]!, (string)h["reason"]!, (string)h["by"]!)));

        Task HeldAsync() => Eventually.GetAsync(
            () => pipeline.Service.GetAsync($"/api/v1/projects/{pipeline.ProjectId}"), a => (string?)a.Json["state"] == "held", TimeSpan.FromSeconds(30));
        Task RevokeAsync(bool isRevoked)
        {
            pipeline.Sandbox.State.Configure(Pipeline.ApiKey, p => p with { Revoked = isRevoked });
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task A_lost_key_ring_is_recorded_in_the_history()
    {
        using var data = new TemporaryFolder();
        string id;
        await using (var host = await TestService.StartAsync(data.Path)) id = await host.AddProjectAsync();
        Directory.Move(Path.Combine(data.Path, "keys"), Path.Combine(data.Path, "keys-elsewhere"));
        await using (var host = await TestService.StartAsync(data.Path))
        {
            Assert.Equal("hold keyUnreadable", Kind(Assert.Single(await HistoryAsync(host, "projects", id))));
        }

        await using var again = await TestService.StartAsync(data.Path);
        Assert.Single(await HistoryAsync(again, "projects", id));
        (await again.PatchAsync($"/api/v1/projects/{id}", """{"apiKey":"a-new-key"}""")).Expect(200);
        Assert.Equal("configured operator key", (string?)Assert.Single(await HistoryAsync(again, "projects", id))!["endedBy"]);

        static string Kind(JsonNode? stop) => $"{stop!["kind"]} {stop["reason"]}";
    }

    [Fact]
    public async Task A_long_history_comes_in_pages_the_newest_first()
    {
        await using var host = await TestService.StartAsync();
        var id = await host.AddConnectionAsync(await host.AddProjectAsync());
        for (var i = 0; i < 5; i++)
        {
            (await host.PostAsync($"/api/v1/connections/{id}/pause", $$"""{"reason":"{{i}}"}""")).Expect(200);
            (await host.PostAsync($"/api/v1/connections/{id}/resume")).Expect(200);
        }

        var read = new List<string>();
        for (var (next, pages) = ("", 0); next is not null; pages++)
        {
            Assert.True(pages < 3);
            var page = (await host.GetAsync($"/api/v1/connections/{id}/history?limit=2{next}")).Expect(200);
            read.AddRange(page["items"]!.AsArray().Select(s => (string)s!["detail"]!));
            next = page["next"] is { } after ? $"&after={after}" : null;
        }

        Assert.Equal(["4", "3", "2", "1", "0"], read);
        Assert.Equal(["after", "limit"], (await host.GetAsync($"/api/v1/connections/{id}/history?limit=0&after=x")).ExpectErrors());
    }

    [Fact]
    public async Task Only_operators_read_it_and_only_of_what_there_is()
    {
        await using var host = await TestService.StartAsync();
        var project = await host.AddProjectAsync();
        var id = await host.AddConnectionAsync(project);
        foreach (var path in new[] { $"/api/v1/connections/{id}/history", $"/api/v1/projects/{project}/history" })
        {
            (await host.SendAsync(HttpMethod.Get, path, authorization: $"Bearer {TestService.IngestKey}")).ExpectProblem(403);
            (await host.SendAsync(HttpMethod.Get, path, authorization: null)).ExpectProblem(401);
        }
        (await host.GetAsync($"/api/v1/connections/{project}/history")).ExpectProblem(404);
        (await host.GetAsync("/api/v1/projects/nonsense/history")).ExpectProblem(404);
    }

    [Fact]
    public async Task A_reason_that_is_too_long_is_an_error_and_pauses_nothing()
    {
        await using var host = await TestService.StartAsync();
        var id = await host.AddConnectionAsync(await host.AddProjectAsync());

        Assert.Equal(["reason"], (await host.PostAsync($"/api/v1/connections/{id}/pause", $$"""{"reason":"{{new string('x', 201)}}"}""")).ExpectErrors());

        Assert.Empty(await HistoryAsync(host, "connections", id));
        Assert.Equal("active", (string?)(await host.GetAsync($"/api/v1/connections/{id}")).Json["state"]);
    }

    [Fact]
    public async Task A_deletion_includes_the_history()
    {
        await using var host = await TestService.StartAsync();
        var project = await host.AddProjectAsync();
        var id = await host.AddConnectionAsync(project);
        (await host.PostAsync($"/api/v1/connections/{id}/pause")).Expect(200);
        var held = new HoldCause(HoldCause.Forbidden, null, HoldCause.Service, DateTimeOffset.UnixEpoch);
        var (projectId, connectionId) = (new ProjectId(OpaqueId.Parse(project)), new FeedId(OpaqueId.Parse(id)));
        await host.Directory.UpdateAsync(projectId, p => p with { Hold = held }, default);
        Assert.Equal((1, 1), (await CountAsync(HoldFilter.Of(connectionId)), await CountAsync(HoldFilter.Of(projectId))));

        (await host.DeleteAsync($"/api/v1/connections/{id}")).Expect(204);
        (await host.DeleteAsync($"/api/v1/projects/{project}")).Expect(204);

        Assert.Equal((0, 0), (await CountAsync(HoldFilter.Of(connectionId)), await CountAsync(HoldFilter.Of(projectId))));

        async Task<int> CountAsync(HoldFilter filter) => (await host.Directory.ReadPastHoldsAsync(filter, long.MaxValue, 10, CancellationToken.None)).Count;
    }

    private static async Task<JsonArray> HistoryAsync(TestService host, string things, string id) =>
        (await host.GetAsync($"/api/v1/{things}/{id}/history")).Expect(200)["items"]!.AsArray();

    private static string Told(JsonNode? stop) =>
        $"{stop!["kind"]} {stop["reason"]} '{stop["detail"]}' by {stop["by"]}, ended by {stop["endedBy"]?.ToString() ?? "nobody"}";

    private static async Task<string> OperatorAsync(TestService host, string name) =>
        $"Bearer {(await host.PostAsync("/api/v1/keys", $$"""{"name":"{{name}}","kind":"operator"}""")).Expect(201)["key"]}";
}
