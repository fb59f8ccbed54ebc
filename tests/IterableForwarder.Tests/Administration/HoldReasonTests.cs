using System.Text.Json.Nodes;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Journal;
using Microsoft.Extensions.DependencyInjection;

namespace IterableForwarder.Tests.Administration;

/// <summary>What an operator did to a thing, and why, stands in that thing's history.</summary>
public sealed class HoldReasonTests
{
    [Fact]
    public async Task P0_8_The_history_of_a_stream_has_both_reasons_once()
    {
        await using var host = await TestService.StartAsync();
        var id = await StreamAsync(host);
        (await host.PostAsync($"/api/v1/streams/{id}/pause", """{"reason":"campaign on hold"}""")).Expect(200);
        (await host.PostAsync($"/api/v1/streams/{id}/resume", """{"reason":"goes on"}""")).Expect(200);

        var pause = Assert.Single(await HistoryAsync(host, "streams", id))!;
        Assert.Equal("pause pause 'campaign on hold', ended 'goes on'", Told(pause));
        Assert.Equal(["by", "detail", "endReason", "endedAt", "endedBy", "kind", "listId", "reason", "since"], pause.AsObject().Select(p => p.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_history_of_a_stream_has_the_holds_of_both_feeds_in_pages()
    {
        await using var host = await TestService.StartAsync();
        var id = await StreamAsync(host);
        var streams = host.Services.GetRequiredService<IStreamDirectory>().Streams.Single();
        (await host.PostAsync($"/api/v1/streams/{id}/pause", """{"reason":"1"}""")).Expect(200);
        await HoldAsync(host, streams.UsersId, "2");
        await HoldAsync(host, streams.Id, "3");
        (await host.PostAsync($"/api/v1/streams/{id}/pause", """{"reason":"4"}""")).Expect(200);

        var first = (await host.GetAsync($"/api/v1/streams/{id}/history?limit=3")).Expect(200);
        var second = (await host.GetAsync($"/api/v1/streams/{id}/history?limit=3&after={first["next"]}")).Expect(200);
        Assert.Equal(["4", "3", "2", "1"], first["items"]!.AsArray().Concat(second["items"]!.AsArray()).Select(s => (string)s!["detail"]!));
        Assert.Null(second["next"]);

        (await host.GetAsync("/api/v1/streams/0199c0de7a3b7c1e8f0a1b2c3d4e5f60/history")).ExpectProblem(404);
        (await host.GetAsync($"/api/v1/streams/{streams.UsersId}/history")).ExpectProblem(404);
        (await host.SendAsync(HttpMethod.Get, $"/api/v1/streams/{id}/history", authorization: $"Bearer {TestService.IngestKey}")).ExpectProblem(403);
    }

    [Fact]
    public async Task P0_8_The_reason_of_a_resume_is_kept_for_connections_and_projects_too()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, _) = await pipeline.ConnectAsync();
        var service = pipeline.Service;
        (await service.PostAsync($"/api/v1/connections/{connection}/pause", """{"reason":"look"}""")).Expect(200);
        (await service.PostAsync($"/api/v1/connections/{connection}/resume", """{"reason":"looked"}""")).Expect(200);
        var stop = new HoldCause(HoldCause.CredentialsRejected, "Invalid API key", HoldCause.Service, DateTimeOffset.UnixEpoch);
        await service.Directory.UpdateAsync(new ProjectId(OpaqueId.Parse(pipeline.ProjectId)), p => p with { Hold = stop }, default);
        (await service.PostAsync($"/api/v1/projects/{pipeline.ProjectId}/resume", """{"reason":"renewed"}""")).Expect(200);

        Assert.Equal("pause pause 'look', ended 'looked'", Told(Assert.Single(await HistoryAsync(service, "connections", connection))));
        Assert.Equal("hold credentialsRejected 'Invalid API key', ended 'renewed'", Told(Assert.Single(await HistoryAsync(service, "projects", pipeline.ProjectId))));
        Assert.Equal(["reason"], (await service.PostAsync($"/api/v1/projects/{pipeline.ProjectId}/resume", $$"""{"reason":"{{new string('x', 201)}}"}""")).ExpectErrors());
    }

    [Fact]
    public async Task A_pause_of_an_older_version_has_the_current_reason()
    {
        using var folder = new TemporaryFolder();
        string id;
        await using (var host = await TestService.StartAsync(folder.Path))
        {
            id = await host.AddConnectionAsync(await host.AddProjectAsync());
            (await host.PostAsync($"/api/v1/connections/{id}/pause", """{"reason":"look"}""")).Expect(200);
        }
        TestStore.TurnPausesBack(folder.Path);

        await using var again = await TestService.StartAsync(folder.Path);
        var shown = (await again.GetAsync($"/api/v1/connections/{id}")).Json;
        Assert.Equal(("paused", "pause", "look"), ((string)shown["state"]!, (string)shown["holdReason"]!, (string)shown["holdDetail"]!));
        Assert.Equal("pause", (string?)Assert.Single(await HistoryAsync(again, "connections", id))!["reason"]);
        Assert.Equal("[]", (await again.GetAsync("/api/v1/projects")).Items.Single()!["warnings"]!.ToJsonString());
    }

    private static Task<IFeed?> HoldAsync(TestService host, FeedId feed, string detail)
    {
        var stop = new HoldCause(HoldCause.Forbidden, detail, HoldCause.Service, DateTimeOffset.UnixEpoch);
        return host.Directory.UpdateFlowAsync(feed, f => f with { Holds = [new(stop)] }, default);
    }

    private static async Task<string> StreamAsync(TestService host) => (string)(await host.PostAsync(
        "/api/v1/streams",
        $$$"""{"projectId":"{{{await host.AddProjectAsync()}}}","name":"s","identifier":{"property":"user_id","type":"userId"}}""")).Expect(201)["id"]!;

    private static async Task<JsonArray> HistoryAsync(TestService host, string things, string id) =>
        (await host.GetAsync($"/api/v1/{things}/{id}/history")).Expect(200)["items"]!.AsArray();

    private static string Told(JsonNode? stop) => $"{stop!["kind"]} {stop["reason"]} '{stop["detail"]}', ended '{stop["endReason"]}'";
}
