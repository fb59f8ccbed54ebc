using System.Text.Json.Nodes;
using Iterable.Sandbox.Faults;
using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Ingress.MParticle;

namespace IterableForwarder.Tests.Outcomes;

public sealed class ReplayTests
{
    private const string ByMpid = ",\"mpid\":\"77\",\"customerId\":\"c-1\"";

    [Fact]
    public async Task Rejected_members_are_delivered_once_Iterable_accepts_them_and_both_batches_have_their_account()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list) = await pipeline.ConnectAsync();
        var batch = await RejectAsync(pipeline, connection, "ann");
        Assert.DoesNotContain("ann@x.com", pipeline.EmailsOn(list));

        var response = await ReplayAsync(pipeline, connection, """{"outcomes":["rejected"],"reasons":["refused"]}""");
        var replay = await pipeline.CompletedAsync((string)Assert.Single(response["batchIds"]!.AsArray())!);

        Assert.Equal((1, 1, true), ((int)response["batches"]!, (int)response["members"]!, (bool)response["replayed"]!));
        Assert.Contains("ann@x.com", pipeline.EmailsOn(list));
        Assert.Equal((batch, connection), ((string)replay["replayOf"]!, (string)replay["connectionId"]!));
        Assert.Equal("1 = 1 + 0 + 0 + 0", CountsOf(replay));
        Assert.Equal("9 = 8 + 0 + 0 + 1", CountsOf(await pipeline.BatchAsync(batch)));
        Assert.Contains(pipeline.Service.Logs, l => l.Contains(connection, StringComparison.Ordinal) && l.Contains("1 members of 1 batches were replayed by", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Dropped_members_are_mapped_by_the_current_rule_and_sent_to_the_current_list()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, _) = await pipeline.ConnectAsync();
        var list = pipeline.Sandbox.State.AddList(Pipeline.ApiKey, "today").Id;
        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add("bob@x.com"), $$"""{"action":"add"{{ByMpid}}}""", """{"action":"add","customerId":"c-2"}"""));
        (await pipeline.Service.PatchAsync($"/api/v1/connections/{connection}", $$"""{"listId":{{list}},"userId":"mpid"}""")).Expect(200);

        var replay = await ReplayedAsync(pipeline, connection);

        Assert.Equal("2 = 1 + 0 + 1 + 0", CountsOf(replay));
        Assert.Equal("""{"noMpid":1}""", replay["reasons"]!.ToJsonString());
        Assert.Equal(["77@placeholder.email"], pipeline.EmailsOn(list));
    }

    [Fact]
    public async Task A_newer_change_is_never_overtaken_whatever_its_outcome()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list) = await pipeline.ConnectAsync();
        await RejectAsync(pipeline, connection, "ann", "bob", "cyd", "dan");
        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Remove("ann@x.com")));
        await RejectAsync(pipeline, connection, "bob");
        (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/pause")).Expect(200);
        await pipeline.PostAsync(connection, Wire.Remove("cyd@x.com"));
        var first = (string)(await pipeline.Service.GetAsync($"/api/v1/batches?connectionId={connection}&limit=100")).Items[^1]!["receivedAt"]!;

        var response = await ReplayAsync(pipeline, connection, $$"""{"from":"{{first}}","outcomes":["rejected"]}""");
        (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/resume")).Expect(200);
        var replays = await Task.WhenAll(response["batchIds"]!.AsArray().Select(id => pipeline.CompletedAsync((string)id!)));

        Assert.Equal(["4 = 1 + 3 + 0 + 0", "1 = 1 + 0 + 0 + 0"], replays.Select(CountsOf));
        Assert.Equal(["bob@x.com", "dan@x.com"], pipeline.EmailsOn(list).Where(e => !e.StartsWith('m')));
    }

    [Fact]
    public async Task A_newer_change_in_the_same_batch_is_not_overtaken_and_a_late_older_one_does_not_count()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list) = await pipeline.ConnectAsync("""
            ,"userId":"customerId"
            """);
        string Dropped(string mpid, string time) => $$"""{"action":"add","mpid":"{{mpid}}","occurredAt":"{{time}}"}""";
        await pipeline.CompletedAsync(await pipeline.PostAsync(
            connection,
            Dropped("1", "2026-01-05T00:00:00Z"),
            Dropped("2", "2026-01-05T00:00:00Z"),
            Wire.Remove("1@placeholder.email", ",\"mpid\":\"1\""),
            Wire.Remove("2@placeholder.email", ",\"mpid\":\"2\",\"occurredAt\":\"2026-01-04T00:00:00Z\"")));
        (await pipeline.Service.PatchAsync($"/api/v1/connections/{connection}", $$"""{"listId":{{list}},"userId":"mpid"}""")).Expect(200);

        var replay = await ReplayedAsync(pipeline, connection);

        Assert.Equal("2 = 1 + 1 + 0 + 0", CountsOf(replay));
        Assert.Equal(["2@placeholder.email"], pipeline.EmailsOn(list));
    }

    [Fact]
    public async Task What_comes_after_a_replay_is_newer_than_it()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list) = await pipeline.ConnectAsync();
        await RejectAsync(pipeline, connection, "ann", "bob");
        (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/pause")).Expect(200);
        await ReplayAsync(pipeline, connection, "{}");
        var later = await pipeline.PostAsync(connection, Wire.Remove("ann@x.com"), Wire.Remove("bob@x.com", ",\"occurredAt\":\"2020-01-01T00:00:00Z\""));
        (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/resume")).Expect(200);

        Assert.Equal("2 = 1 + 1 + 0 + 0", CountsOf(await pipeline.CompletedAsync(later)));
        await pipeline.ConnectionAsync(connection, c => (long)c["status"]!["pending"]! == 0);
        Assert.Equal(["bob@x.com"], pipeline.EmailsOn(list).Where(e => !e.StartsWith('m')));
    }

    [Fact]
    public async Task A_dry_run_counts_and_stores_nothing()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, _) = await pipeline.ConnectAsync();
        await RejectAsync(pipeline, connection, "ann", "bob");
        await RejectAsync(pipeline, connection, "cyd");

        var response = await ReplayAsync(pipeline, connection, """{"from":"2020-01-01","to":"2100-01-01T00:00:00.5+01:00","outcomes":["rejected","dropped"],"reasons":[],"dryRun":true}""");

        Assert.Equal("""{"batches":2,"members":3,"replayed":false,"batchIds":[]}""", response.ToJsonString());
        Assert.Equal(2, (await pipeline.Service.GetAsync($"/api/v1/batches?connectionId={connection}")).Items.Count);
        Assert.DoesNotContain(pipeline.Service.Logs, l => l.Contains("were replayed by", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{}", 3)]
    [InlineData("""{"from":null,"to":null,"outcomes":null,"reasons":null}""", 3)]
    [InlineData("""{"outcomes":["rejected"]}""", 1)]
    [InlineData("""{"outcomes":["dropped"],"reasons":["noEmail","refused"]}""", 2)]
    [InlineData("""{"reasons":["refused"]}""", 1)]
    [InlineData("""{"reasons":["conflict"]}""", 0)]
    [InlineData("""{"to":"2020-01-01T00:00:00Z"}""", 0)]
    [InlineData("""{"from":"2100-01-01T00:00:00Z"}""", 0)]
    public async Task Only_those_that_are_wanted_are_replayed(string request, int members)
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, _) = await pipeline.ConnectAsync();
        await RejectAsync(pipeline, connection, "ann");
        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, """{"action":"add","customerId":"c-1"}""", """{"action":"add","customerId":"c-2"}"""));

        Assert.Equal(members, (int)(await ReplayAsync(pipeline, connection, request))["members"]!);
    }

    [Fact]
    public async Task A_replay_can_be_replayed_and_keeps_the_first_place()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list) = await pipeline.ConnectAsync();
        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, """{"action":"add","mpid":"1"}""", """{"action":"add","mpid":"2"}"""));
        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Remove("1@placeholder.email")));
        var first = await ReplayedAsync(pipeline, connection);
        Assert.Equal("2 = 0 + 0 + 2 + 0", CountsOf(first));
        (await pipeline.Service.PatchAsync($"/api/v1/connections/{connection}", $$"""{"listId":{{list}},"userId":"mpid"}""")).Expect(200);

        var second = await ReplayedAsync(pipeline, connection, $$"""{"from":"{{first["receivedAt"]}}"}""");

        Assert.Equal((string)first["id"]!, (string)second["replayOf"]!);
        Assert.Equal("2 = 1 + 1 + 0 + 0", CountsOf(second));
        Assert.Equal(["2@placeholder.email"], pipeline.EmailsOn(list));
    }

    [Fact]
    public async Task A_long_replay_is_staged_survives_a_restart_and_is_delivered_whole()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list) = await pipeline.ConnectAsync();
        var lines = string.Join('\n', Enumerable.Range(0, 25_000).Select(i => $$"""{"action":"add","mpid":"{{i}}"}"""));
        (await pipeline.Service.SendAsync(HttpMethod.Post, $"/api/v1/connections/{connection}/members", lines, mediaType: "application/x-ndjson")).Expect(202);
        await pipeline.PostAsync(connection, Wire.Add("7@placeholder.email"), Wire.Remove("24999@placeholder.email"));
        await pipeline.ConnectionAsync(connection, c => (long)c["status"]!["pending"]! == 0);
        (await pipeline.Service.PatchAsync($"/api/v1/connections/{connection}", $$"""{"listId":{{list}},"userId":"mpid"}""")).Expect(200);
        (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/pause")).Expect(200);
        var response = await ReplayAsync(pipeline, connection, "{}");

        await pipeline.RestartAsync();
        Assert.Equal("25000 = 0 + 0 + 0 + 0", CountsOf(await pipeline.BatchAsync((string)response["batchIds"]![0]!)));
        (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/resume")).Expect(200);

        Assert.Equal("25000 = 24998 + 2 + 0 + 0", CountsOf(await pipeline.CompletedAsync((string)response["batchIds"]![0]!)));
        Assert.Equal(24_999, pipeline.EmailsOn(list).Length);
    }

    [Fact]
    public async Task The_identity_of_an_mparticle_message_is_kept_when_its_list_is_corrected()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var list = pipeline.Sandbox.State.AddList(Pipeline.ApiKey, "mended").Id;
        (await pipeline.Service.PostAsync(MParticle.Path, MParticle.Change(Pipeline.ApiKey, list: "none", settings: ",\"userIdField\":\"mpid\""))).Expect(202);
        var connection = (string)Assert.Single((await pipeline.Service.GetAsync($"/api/v1/connections?projectId={pipeline.ProjectId}")).Items)!["id"]!;
        (await pipeline.Service.PatchAsync($"/api/v1/connections/{connection}", $$"""{"listId":{{list}}}""")).Expect(200);

        var replay = await ReplayedAsync(pipeline, connection, """{"reasons":["badListId"]}""");

        Assert.Equal(("mparticle", "1 = 1 + 0 + 0 + 0"), ((string)replay["source"]!, CountsOf(replay)));
        Assert.Equal("12345", Assert.Single(pipeline.Sandbox.State.Members(list)).UserId);
    }

    [Theory]
    [InlineData("""{"from":"yesterday","to":"2026-13-01","outcomes":["delivered","rejected",null],"reasons":["noEmail","bored"]}""", "from,outcomes[0],outcomes[2],reasons[1],to")]
    [InlineData("""{"from":"2026-01-02T00:00:00Z","to":"2026-01-02T00:00:00Z"}""", "to")]
    [InlineData("""{"dryRun":"true"}""", "dryRun")]
    [InlineData("""{"outcomes":"rejected"}""", "outcomes")]
    [InlineData("", "$")]
    public async Task Every_error_is_named(string request, string paths)
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, _) = await pipeline.ConnectAsync();

        Assert.Equal(paths.Split(','), (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/replay", request)).ExpectErrors());
    }

    [Fact]
    public async Task Only_an_operator_may_replay_and_only_what_there_is()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, _) = await pipeline.ConnectAsync();

        (await pipeline.Service.PostAsync($"/api/v1/connections/{Guid.NewGuid():N}/replay", "{}")).ExpectProblem(404);
        Assert.Equal(403, (await pipeline.Service.SendAsync(HttpMethod.Post, $"/api/v1/connections/{connection}/replay", "{}", $"Bearer {TestService.IngestKey}")).Status);
        Assert.Equal("""{"batches":0,"members":0,"replayed":true,"batchIds":[]}""", (await ReplayAsync(pipeline, connection, "{}")).ToJsonString());
    }

    /// <summary>Posts adds that Iterable refuses, among others that it takes, and waits for their account.</summary>
    private static async Task<string> RejectAsync(Pipeline pipeline, string connection, params string[] names)
    {
        foreach (var name in names)
            pipeline.Sandbox.State.AddFault(new Fault { Kind = FaultKind.Status, Status = 400, Code = "Odd", Message = name, WhenBodyContains = $"{name}@" });
        var batch = await pipeline.PostAsync(connection, [.. names.Select(n => Wire.Add($"{n}@x.com")), .. Enumerable.Range(0, 8).Select(i => Wire.Add($"m{i}@x.com"))]);
        var account = await pipeline.CompletedAsync(batch);
        Assert.Equal(names.Length, (int)account["counts"]!["rejected"]!);
        pipeline.Sandbox.State.RemoveFaults();
        return batch;
    }

    private static async Task<JsonObject> ReplayAsync(Pipeline pipeline, string connection, string request) =>
        (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/replay", request)).Expect(200);

    /// <summary>The account of the one batch that a replay comes to, once nothing of it is pending.</summary>
    private static async Task<JsonObject> ReplayedAsync(Pipeline pipeline, string connection, string request = "{}") =>
        await pipeline.CompletedAsync((string)Assert.Single((await ReplayAsync(pipeline, connection, request))["batchIds"]!.AsArray())!);

    private static string CountsOf(JsonObject batch)
    {
        var counts = batch["counts"]!;
        return $"{counts["received"]} = {counts["delivered"]} + {counts["superseded"]} + {counts["dropped"]} + {counts["rejected"]}";
    }
}
