using System.Text.Json.Nodes;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Journal;
using Microsoft.Extensions.DependencyInjection;

namespace IterableForwarder.Tests.Administration;

public sealed class ConnectionTests
{
    private const string Path = "/api/v1/connections";

    [Fact]
    public async Task A_connection_is_shown_as_it_was_created()
    {
        await using var host = await TestService.StartAsync();
        var project = await host.AddProjectAsync();
        var made = await host.PostAsync(Path, $$"""
            {"projectId":"{{project}}","name":"VIP customers","audienceId":"456","listId":9007199254740993,"userId":null,
             "updateExistingUsersOnly":true,"campaignId":7,"channelUnsubscribe":false,"attributes":{"firstName":"first_name"} }
            """);

        var connection = made.Expect(201);
        Assert.Equal(made.Text, (await host.GetAsync(made.Headers.Location!.ToString())).Text);
        Assert.Equal(project, (string?)connection["projectId"]);
        Assert.Equal("members", (string?)connection["source"]);
        Assert.False((bool)connection["followsSource"]!);
        Assert.Equal("active", (string?)connection["state"]);
        Assert.Equal(9007199254740993, (long)connection["listId"]!);
        Assert.True(connection.ContainsKey("listName") && connection["listName"] is null);
        Assert.Equal("""{"firstName":"first_name"}""", connection["attributes"]!.ToJsonString());
        Assert.Equal("""["listUnverified"]""", connection["warnings"]!.ToJsonString());
        Assert.Equal(
            """{"pending":0,"oldestPendingSeconds":0,"delivered":0,"superseded":0,"dropped":0,"rejected":0,"lastDeliveredAt":null,"lastError":null,"waitsFor":null,"ratePerSecond":0,"endsAt":null}""",
            connection["status"]!.ToJsonString());
    }

    [Fact]
    public async Task Every_error_of_a_connection_is_named_at_once()
    {
        await using var host = await TestService.StartAsync();
        var response = await host.PostAsync(Path, """
            {"projectId":"0199c0de7a3b7c1e8f0a1b2c3d4e5f60","name":"","source":"braze","audienceId":" ","listId":0,"userId":"asGiven",
             "campaignId":0,"attributes":{"":"a","b":null}}
            """);
        Assert.Equal(["attributes", "audienceId", "campaignId", "listId", "name", "projectId", "source", "userId"], response.ExpectErrors());
    }

    [Theory]
    [InlineData("", "listId")]
    [InlineData(""","listId":1,"listName":"VIP" """, "listName")]
    [InlineData(""","listName":" " """, "listName")]
    [InlineData(""","listId":1.5""", "listId")]
    [InlineData(""","listId":"1" """, "listId")]
    [InlineData(""","listId":1,"source":"mparticle" """, "audienceId")]
    [InlineData(""","listId":1,"attributes":["a"]""", "attributes")]
    public async Task An_invalid_connection_is_refused_at_the_path_of_its_error(string more, string path)
    {
        await using var host = await TestService.StartAsync();
        var project = await host.AddProjectAsync();
        Assert.Equal([path], (await host.PostAsync(Path, $$"""{"projectId":"{{project}}","name":"VIP"{{more}}}""")).ExpectErrors());
    }

    [Fact]
    public async Task More_than_a_hundred_attributes_are_refused()
    {
        await using var host = await TestService.StartAsync();
        var project = await host.AddProjectAsync();
        var attributes = new JsonObject(Enumerable.Range(0, 101).Select(i => KeyValuePair.Create($"f{i}", (JsonNode?)"a")));
        var response = await host.PostAsync(Path, $$"""{"projectId":"{{project}}","name":"VIP","listId":1,"attributes":{{attributes.ToJsonString()}}}""");
        Assert.Equal(["attributes"], response.ExpectErrors());
    }

    [Fact]
    public async Task An_audience_has_one_connection_for_each_source_however_often_it_is_asked_for()
    {
        await using var host = await TestService.StartAsync();
        var project = await host.AddProjectAsync();
        var other = await host.AddProjectAsync("key-of-another");
        string Body(string source, string p) => $$"""{"projectId":"{{p}}","name":"VIP","listId":1,"audienceId":"456","source":"{{source}}"}""";

        var responses = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => host.PostAsync(Path, Body("members", project))));
        Assert.Single(responses, a => a.Status == 201);
        Assert.All(responses.Where(a => a.Status != 201), a => a.ExpectProblem(409));
        (await host.PostAsync(Path, Body("mparticle", project))).Expect(201);
        (await host.PostAsync(Path, Body("members", other))).Expect(201);
    }

    [Fact]
    public async Task An_audience_of_another_connection_cannot_be_used()
    {
        await using var host = await TestService.StartAsync();
        var project = await host.AddProjectAsync();
        await host.AddConnectionAsync(project, ""","listId":1,"audienceId":"one" """);
        var second = await host.AddConnectionAsync(project, ""","listId":2,"audienceId":"two" """);

        (await host.PatchAsync($"{Path}/{second}", """{"audienceId":"one"}""")).ExpectProblem(409);
        (await host.PatchAsync($"{Path}/{second}", """{"audienceId":"three"}""")).Expect(200);
        await host.AddConnectionAsync(project, ""","listId":3,"audienceId":"two" """);
    }

    [Fact]
    public async Task A_replacement_sets_everything_and_ends_following_the_source()
    {
        await using var host = await TestService.StartAsync();
        var project = await host.AddProjectAsync();
        var id = await host.AddConnectionAsync(project, ""","listId":1,"audienceId":"456","source":"mparticle","campaignId":7,"attributes":{"a":"b"}""");
        var parsed = new FeedId(OpaqueId.Parse(id));
        await host.Directory.UpdateAsync(parsed, c => c with { FollowsSource = true, Warnings = ["campaignId is no number"] }, default);
        Assert.True((bool)(await host.GetAsync($"{Path}/{id}")).Expect(200)["followsSource"]!);

        var connection = (await host.PutAsync($"{Path}/{id}", """
            {"name":"B","listId":2,"userId":"mpid","updateExistingUsersOnly":false,"campaignId":null,"channelUnsubscribe":false,"attributes":{}}
            """)).Expect(200);
        Assert.False((bool)connection["followsSource"]!);
        Assert.Equal("mpid", (string?)connection["userId"]);
        Assert.Equal(2, (long)connection["listId"]!);
        Assert.Null(connection["campaignId"]);
        Assert.Equal("{}", connection["attributes"]!.ToJsonString());
        Assert.Equal("456", (string?)connection["audienceId"]);
        Assert.Equal("mparticle", (string?)connection["source"]);
        Assert.Equal("""["listUnverified"]""", connection["warnings"]!.ToJsonString());
    }

    [Fact]
    public async Task Neither_project_nor_source_of_a_connection_can_be_changed()
    {
        await using var host = await TestService.StartAsync();
        var project = await host.AddProjectAsync();
        var other = await host.AddProjectAsync("key-of-another");
        var id = await host.AddConnectionAsync(project);

        var response = await host.PatchAsync($"{Path}/{id}", $$"""{"projectId":"{{other}}","source":"segment"}""");
        Assert.Equal(["projectId", "source"], response.ExpectErrors());
        (await host.PatchAsync($"{Path}/{id}", $$"""{"projectId":"{{project}}","name":"B","source":"members"}""")).Expect(200);
    }

    [Fact]
    public async Task What_is_shown_can_be_sent_back()
    {
        await using var host = await TestService.StartAsync();
        var id = await host.AddConnectionAsync(await host.AddProjectAsync());
        var shown = await host.GetAsync($"{Path}/{id}");
        Assert.Equal(shown.Text, (await host.PutAsync($"{Path}/{id}", shown.Text)).Text);
    }

    [Fact]
    public async Task A_connection_pauses_with_the_operators_reason_and_resumes()
    {
        await using var host = await TestService.StartAsync();
        var id = await host.AddConnectionAsync(await host.AddProjectAsync());

        var paused = (await host.PostAsync($"{Path}/{id}/pause", """{"reason":"Campaign is over"}""")).Expect(200);
        Assert.Equal("paused", (string?)paused["state"]);
        Assert.Equal("pause", (string?)paused["holdReason"]);
        Assert.Equal("Campaign is over", (string?)paused["holdDetail"]);
        Assert.Equal("configured operator key", (string?)paused["heldBy"]);
        Assert.NotNull(paused["heldSince"]);

        var resumed = (await host.PostAsync($"{Path}/{id}/resume")).Expect(200);
        Assert.Equal("active", (string?)resumed["state"]);
        Assert.Null(resumed["holdReason"]);
        Assert.Equal("paused", (string?)(await host.PostAsync($"{Path}/{id}/pause")).Expect(200)["state"]);
    }

    [Fact]
    public async Task Closed_takes_precedence_over_paused_and_paused_over_held()
    {
        await using var host = await TestService.StartAsync();
        var id = await host.AddConnectionAsync(await host.AddProjectAsync());
        var parsed = new FeedId(OpaqueId.Parse(id));
        var stop = new HoldCause("listNotFound", "error.lists.invalidListId(42)", HoldCause.Service, DateTimeOffset.UnixEpoch);

        async Task<string?> StateAfterAsync(Func<Connection, Connection> change)
        {
            await host.Directory.UpdateAsync(parsed, change, default);
            return (string?)(await host.GetAsync($"{Path}/{id}")).Expect(200)["state"];
        }

        Assert.Equal("held", await StateAfterAsync(c => c.With(c.Flow with { Holds = [new(stop, c.ListId)] })));
        Assert.Equal("paused", await StateAfterAsync(c => c.With(c.Flow with { Pause = stop })));
        Assert.Equal("closed", await StateAfterAsync(c => c with { Closed = true }));
        Assert.Equal("active", await StateAfterAsync(c => c with { Closed = false, Flow = FeedFlow.Free }));
    }

    [Fact]
    public async Task Two_connections_that_feed_one_list_are_warned_about()
    {
        await using var host = await TestService.StartAsync();
        var project = await host.AddProjectAsync();
        var other = await host.AddProjectAsync("key-of-another");
        await host.AddConnectionAsync(project);
        await host.AddConnectionAsync(project);
        await host.AddConnectionAsync(project, ""","listId":43""");
        await host.AddConnectionAsync(other);

        var items = (await host.GetAsync(Path)).Expect(200)["items"]!.AsArray();
        Assert.Equal(2, items.Count(c => c!["warnings"]!.AsArray().Any(w => (string?)w == "listShared")));
    }

    [Fact]
    public async Task Connections_are_found_by_project_and_audience()
    {
        await using var host = await TestService.StartAsync();
        var project = await host.AddProjectAsync();
        var other = await host.AddProjectAsync("key-of-another");
        var one = await host.AddConnectionAsync(project, ""","listId":1,"audienceId":"a" """);
        var two = await host.AddConnectionAsync(project, ""","listId":2,"audienceId":"b" """);
        var three = await host.AddConnectionAsync(other, ""","listId":3,"audienceId":"a" """);

        async Task<string[]> FindAsync(string query) =>
            [.. (await host.GetAsync(Path + query)).Expect(200)["items"]!.AsArray().Select(c => (string)c!["id"]!).Order(StringComparer.Ordinal)];
        string[] Ids(params string[] ids) => [.. ids.Order(StringComparer.Ordinal)];

        Assert.Equal(Ids(one, two, three), await FindAsync(""));
        Assert.Equal(Ids(one, two), await FindAsync($"?projectId={project}"));
        Assert.Equal(Ids(one, three), await FindAsync("?audienceId=a"));
        Assert.Equal(Ids(one), await FindAsync($"?projectId={project}&audienceId=a"));
        Assert.Empty(await FindAsync("?projectId=nonsense"));
        Assert.Single(await FindAsync("?limit=1"));
        Assert.Equal(["limit"], (await host.GetAsync(Path + "?limit=0")).ExpectErrors());
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("PUT", "")]
    [InlineData("DELETE", "")]
    [InlineData("POST", "/pause")]
    [InlineData("POST", "/resume")]
    public async Task An_unknown_or_malformed_id_is_not_found(string method, string action)
    {
        await using var host = await TestService.StartAsync();
        foreach (var id in new[] { "nonsense", new string('0', 32), "0199c0de7a3b7c1e8f0a1b2c3d4e5f60" })
            (await host.SendAsync(new HttpMethod(method), $"{Path}/{id}{action}", method == "PUT" ? """{"name":"A","listId":1}""" : null)).ExpectProblem(404);
    }

    [Fact]
    public async Task Counters_are_exact_and_pending_changes_keep_a_connection_from_being_deleted()
    {
        await using var host = await TestService.StartAsync();
        var project = await host.AddProjectAsync();
        var id = await host.AddConnectionAsync(project);
        await SeedAsync(host, project, id, pending: true);

        var status = (await host.GetAsync($"{Path}/{id}")).Expect(200)["status"]!;
        Assert.Equal(
            [10, 4, 3, 2, 1],
            new[] { "pending", "delivered", "superseded", "dropped", "rejected" }.Select(name => (long)status[name]!));
        Assert.True((double)status["oldestPendingSeconds"]! >= 60);
        Assert.Equal("2026-01-15T10:02:11.120Z", (string?)status["lastDeliveredAt"]);
        Assert.Equal("Timeout", (string?)status["lastError"]);
        (await host.DeleteAsync($"{Path}/{id}")).ExpectProblem(409);
        (await host.GetAsync($"{Path}/{id}")).Expect(200);
    }

    [Fact]
    public async Task Only_the_history_of_a_deleted_connection_is_deleted_with_it()
    {
        await using var host = await TestService.StartAsync();
        var project = await host.AddProjectAsync();
        var gone = await host.AddConnectionAsync(project);
        var kept = await host.AddConnectionAsync(project);
        await SeedAsync(host, project, gone, pending: false, entries: 1_201);
        await SeedAsync(host, project, kept, pending: false);

        (await host.DeleteAsync($"{Path}/{gone}")).Expect(204);
        foreach (var table in new[] { "entries", "bodies", "rules", "totals", "undelivered", "answers", "connections" })
            Assert.Equal(1L, await CountAsync(host, table));
    }

    [Fact]
    public async Task An_interrupted_deletion_is_finished_at_the_next_start()
    {
        using var folder = new TemporaryFolder();
        await using (var host = await TestService.StartAsync(folder.Path))
        {
            var project = await host.AddProjectAsync();
            var id = await host.AddConnectionAsync(project);
            await SeedAsync(host, project, id, pending: false);
            var parsed = new FeedId(OpaqueId.Parse(id));
            await host.Services.GetRequiredService<ISettingsStore>().TryDeleteAsync(parsed);
        }
        await using var again = await TestService.StartAsync(folder.Path);
        Assert.Equal(0L, await CountAsync(again, "entries"));
        Assert.Equal(0L, await CountAsync(again, "totals"));
    }

    private static Task<long> CountAsync(TestService host, string table) => TestStore.CountAsync(host.Services, table);

    private static Task SeedAsync(TestService host, string projectId, string connectionId, bool pending, int entries = 1) => TestStore.SeedAsync(
        host.Services, new ProjectId(OpaqueId.Parse(projectId)), new FeedId(OpaqueId.Parse(connectionId)), pending, entries);
}
