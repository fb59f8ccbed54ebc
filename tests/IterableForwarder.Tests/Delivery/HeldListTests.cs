using System.Text.Json.Nodes;
using Iterable.Sandbox.Faults;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Delivery;

/// <summary>A hold belongs to a connection and a list: changes for other lists go, and an operator can end whatever is pending.</summary>
public sealed class HeldListTests
{
    private const long Gone = 987_666;

    [Fact]
    public async Task A_missing_list_holds_only_the_changes_for_it()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list, _) = await HoldAsync(pipeline, "a@x.com");

        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add("b@x.com")));

        Assert.Equal(["b@x.com"], pipeline.EmailsOn(list));
        var shown = await pipeline.ConnectionAsync(connection, _ => true);
        Assert.Equal(("active", 1), ((string)shown["state"]!, (long)shown["status"]!["pending"]!));
        var hold = Assert.Single(shown["holds"]!.AsArray())!;
        Assert.Equal((Gone, "listNotFound", 1), ((long)hold["listId"]!, (string)hold["reason"]!, (long)hold["pending"]!));
        Assert.Equal("hold", (string)shown["status"]!["waitsFor"]!["reason"]!);
    }

    [Fact]
    public async Task Pending_changes_move_to_another_list()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list, batch) = await HoldAsync(pipeline, "a@x.com", "c@x.com");

        var moved = (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/pending/move", $$"""{"fromListId":{{Gone}}}""")).Expect(200);

        Assert.Equal("""{"moved":2}""", moved.ToJsonString());
        await pipeline.CompletedAsync(batch);
        Assert.Equal(["a@x.com", "c@x.com"], pipeline.EmailsOn(list));
        Assert.Empty((await pipeline.ConnectionAsync(connection, c => (long)c["status"]!["pending"]! == 0))["holds"]!.AsArray());
    }

    [Fact]
    public async Task A_moved_change_does_not_undo_a_newer_one_on_the_target_list()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list, batch) = await HoldAsync(pipeline, "a@x.com", "c@x.com");
        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Remove("a@x.com"), Wire.Add("d@x.com")));

        (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/pending/move", $$"""{"fromListId":{{Gone}},"toListId":{{list}}}""")).Expect(200);

        var account = await pipeline.CompletedAsync(batch);
        Assert.Equal(["c@x.com", "d@x.com"], pipeline.EmailsOn(list));
        Assert.Equal((1, 1), ((long)account["counts"]!["delivered"]!, (long)account["counts"]!["superseded"]!));
    }

    [Fact]
    public async Task Pending_changes_for_one_list_are_discarded_and_can_be_replayed()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list, batch) = await HoldAsync(pipeline, "a@x.com");

        var discarded = (await pipeline.Service.PostAsync(
            $"/api/v1/connections/{connection}/pending/discard", $$"""{"listId":{{Gone}},"reason":"deleted on purpose"}""")).Expect(200);

        Assert.Equal("""{"discarded":1}""", discarded.ToJsonString());
        var account = await pipeline.CompletedAsync(batch);
        Assert.Equal("""{"received":1,"delivered":0,"superseded":0,"dropped":1,"rejected":0,"pending":0}""", account["counts"]!.ToJsonString());
        Assert.Equal("""{"discarded":1}""", account["reasons"]!.ToJsonString());
        var dropped = Assert.Single((await pipeline.Service.GetAsync($"/api/v1/batches/{batch}/members")).Expect(200)["items"]!.AsArray())!;
        Assert.Equal(("dropped", "discarded", "deleted on purpose"), ((string)dropped["outcome"]!, (string)dropped["reason"]!, (string)dropped["detail"]!));
        Assert.Empty((await pipeline.ConnectionAsync(connection, _ => true))["holds"]!.AsArray());

        (await pipeline.Service.PostAsync(
            $"/api/v1/connections/{connection}/replay", """{"from":"2000-01-01T00:00:00Z","to":"2100-01-01T00:00:00Z","reasons":["discarded"]}""")).Expect(200);
        await Eventually.TrueAsync(() => pipeline.EmailsOn(list) is ["a@x.com"]);
    }

    [Fact]
    public async Task Discarding_one_batch_leaves_the_others_pending()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, _) = await pipeline.ConnectAsync();
        (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/pause")).Expect(200);
        var first = await pipeline.PostAsync(connection, Wire.Add("a@x.com"), Wire.Add("b@x.com"));
        var second = await pipeline.PostAsync(connection, Wire.Add("c@x.com"));

        var discarded = (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/pending/discard", $$"""{"batchId":"{{first}}"}""")).Expect(200);

        Assert.Equal(2, (long)discarded["discarded"]!);
        Assert.Equal(("completed", "pending"), ((string)(await pipeline.BatchAsync(first))["state"]!, (string)(await pipeline.BatchAsync(second))["state"]!));
        Assert.Equal((1, 2), ((long)(await StatusAsync(pipeline, connection))["pending"]!, (long)(await StatusAsync(pipeline, connection))["dropped"]!));
    }

    [Fact]
    public async Task A_connection_with_pending_changes_is_deleted_when_they_are_to_be_discarded()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, _, _) = await HoldAsync(pipeline, "a@x.com");

        (await pipeline.Service.DeleteAsync($"/api/v1/connections/{connection}")).Expect(409);
        (await pipeline.Service.DeleteAsync($"/api/v1/connections/{connection}?discard=true")).Expect(204);

        (await pipeline.Service.GetAsync($"/api/v1/connections/{connection}")).Expect(404);
    }

    [Fact]
    public async Task Each_held_list_is_tried_for_itself()
    {
        await using var pipeline = await Pipeline.StartAsync(settings: ("Delivery:ProbeEvery", "00:00:01"));
        var (connection, list, first) = await HoldAsync(pipeline, "a@x.com");
        (await pipeline.Service.PatchAsync($"/api/v1/connections/{connection}", $$"""{"listId":{{Gone + 1}}}""")).Expect(200);
        var second = await pipeline.PostAsync(connection, Wire.Add("b@x.com"));
        await pipeline.ConnectionAsync(connection, c => c["holds"]!.AsArray().Count == 2);

        pipeline.Sandbox.State.AddList(Pipeline.ApiKey, "back", Gone + 1);
        await pipeline.CompletedAsync(second);

        Assert.Equal(["b@x.com"], pipeline.EmailsOn(Gone + 1));
        Assert.Equal("pending", (string)(await pipeline.BatchAsync(first))["state"]!);
        pipeline.Sandbox.State.AddList(Pipeline.ApiKey, "back too", Gone);
        await pipeline.CompletedAsync(first);
        Assert.Equal(["a@x.com"], pipeline.EmailsOn(Gone));
        Assert.Empty(pipeline.EmailsOn(list));
    }

    [Fact]
    public async Task The_holds_of_lists_are_kept_over_a_restart()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list, batch) = await HoldAsync(pipeline, "a@x.com");

        await pipeline.RestartAsync();

        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add("b@x.com")));
        Assert.Single((await pipeline.ConnectionAsync(connection, _ => true))["holds"]!.AsArray());
        (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/pending/move", $$"""{"fromListId":{{Gone}}}""")).Expect(200);
        await pipeline.CompletedAsync(batch);
        Assert.Equal(["a@x.com", "b@x.com"], pipeline.EmailsOn(list));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_missing_list_that_is_known_by_its_name_is_found_or_created_again(bool isThereByAnotherId)
    {
        await using var pipeline = await Pipeline.StartAsync(settings: ("Delivery:NewListGrace", "00:00:00"));
        var list = pipeline.Sandbox.State.AddList(Pipeline.ApiKey, "vip").Id;
        var connection = await pipeline.Service.AddConnectionAsync(pipeline.ProjectId, ",\"listName\":\"vip\"");
        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add("a@x.com")));
        pipeline.Sandbox.State.RemoveList(list);
        if (isThereByAnotherId) pipeline.Sandbox.State.AddList(Pipeline.ApiKey, "vip");

        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add("b@x.com")));

        var shown = await pipeline.ConnectionAsync(connection, c => (long)c["listId"]! != list);
        Assert.Equal(("active", "vip"), ((string)shown["state"]!, (string)shown["listName"]!));
        Assert.Equal(["b@x.com"], pipeline.EmailsOn((long)shown["listId"]!));
        Assert.Equal(isThereByAnotherId ? 0 : 1, pipeline.Sandbox.State.Calls("/api/lists").Count(c => c is { Method: "POST", Status: 200 }));
    }

    [Theory]
    [InlineData("move", """{}""", "fromListId")]
    [InlineData("move", """{"fromListId":0}""", "fromListId")]
    [InlineData("move", """{"fromListId":7,"toListId":7}""", "toListId")]
    [InlineData("move", """{"fromListId":7,"to":8}""", "to")]
    [InlineData("discard", """{"batchId":"x"}""", "batchId")]
    [InlineData("discard", """{"listId":-1}""", "listId")]
    [InlineData("discard", """{"list":1}""", "list")]
    public async Task The_error_of_a_request_is_reported(string action, string body, string path)
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, _) = await pipeline.ConnectAsync();

        var errors = (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/pending/{action}", body)).Expect(400)["errors"]!.AsObject();

        Assert.Equal([path], errors.Select(e => e.Key));
    }

    [Fact]
    public async Task Moving_to_where_the_changes_are_is_refused()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list) = await pipeline.ConnectAsync();

        (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/pending/move", $$"""{"fromListId":{{list}}}""")).Expect(400);
    }

    /// <summary>With a call in flight that hangs, a discard waits for it and counts only what is then still pending.</summary>
    [Fact]
    public async Task What_is_in_flight_is_awaited_before_the_rest_is_discarded()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list) = await pipeline.ConnectAsync();
        pipeline.Sandbox.State.AddFault(new Fault { Kind = FaultKind.Delay, DelayMilliseconds = 1000, Path = "/api/lists/subscribe", Times = 1 });
        var batch = await pipeline.PostAsync(connection, Wire.Add("a@x.com"));
        await pipeline.Sandbox.State.WaitForCallsAsync(1, "/api/lists/subscribe");

        var discarded = (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/pending/discard", "{}")).Expect(200);

        Assert.Equal(0, (long)discarded["discarded"]!);
        Assert.Equal(1, (long)(await pipeline.BatchAsync(batch))["counts"]!["delivered"]!);
        Assert.Equal(["a@x.com"], pipeline.EmailsOn(list));
    }

    /// <summary>A connection whose changes wait for a list that is not there, and that feeds another list by now.</summary>
    private static async Task<(string Connection, long List, string Batch)> HoldAsync(Pipeline pipeline, params string[] emails)
    {
        var connection = await pipeline.Service.AddConnectionAsync(pipeline.ProjectId, $",\"listId\":{Gone}");
        var batch = await pipeline.PostAsync(connection, [.. emails.Select(e => Wire.Add(e))]);
        await pipeline.ConnectionAsync(connection, c => (string)c["state"]! == "held");
        var list = pipeline.Sandbox.State.AddList(Pipeline.ApiKey, "other").Id;
        (await pipeline.Service.PatchAsync($"/api/v1/connections/{connection}", $$"""{"listId":{{list}}}""")).Expect(200);
        return (connection, list, batch);
    }

    private static async Task<JsonNode> StatusAsync(Pipeline pipeline, string connection) => (await pipeline.ConnectionAsync(connection, _ => true))["status"]!;
}
