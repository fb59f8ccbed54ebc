using System.Text.Json.Nodes;
using Iterable.Sandbox.Calls;
using Iterable.Sandbox.Faults;
using Iterable.Sandbox.Projects;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Delivery;

/// <summary>Who is one member, by the type of the project: the changes of one go in order, those of others do not wait for them.</summary>
public sealed class OneMemberTests
{
    private const string Shared = "fam@example.com";

    [Fact]
    public async Task In_a_user_id_project_members_who_share_an_address_leave_separately()
    {
        await using var pipeline = await StartAsync("userId", ProjectType.UserId);
        var (connection, list) = await pipeline.ConnectAsync();
        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Add(Shared, "dad", "10:00"), Add(Shared, "mum", "10:00")));
        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Add(Shared, "mum", "12:00")));

        var removal = await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Remove(Shared, "dad", "11:00")));

        Assert.Equal("1 = 1 + 0 + 0", CountsOf(removal));
        Assert.Equal(["mum"], UserIdsOn(pipeline, list));
    }

    [Fact]
    public async Task In_a_user_id_project_members_who_share_an_address_leave_separately_also_from_a_backlog()
    {
        await using var pipeline = await StartAsync("userId", ProjectType.UserId);
        var (connection, list) = await pipeline.ConnectAsync();
        await PauseAsync(pipeline, connection);
        string[] batches =
        [
            await pipeline.PostAsync(connection, Add(Shared, "dad", "10:00"), Add(Shared, "mum", "10:00")),
            await pipeline.PostAsync(connection, Add(Shared, "mum", "12:00")),
            await pipeline.PostAsync(connection, Remove(Shared, "dad", "11:00"), Remove("new@example.com", "mum", "11:00")),
        ];
        await ResumeAsync(pipeline, connection);

        var accounts = await Task.WhenAll(batches.Select(pipeline.CompletedAsync));

        Assert.Equal(["2 = 0 + 2 + 0", "1 = 1 + 0 + 0", "2 = 1 + 1 + 0"], accounts.Select(CountsOf));
        Assert.Equal(["mum"], UserIdsOn(pipeline, list));
    }

    [Theory]
    [InlineData(100, "100")]
    [InlineData(10_000, "1000,1000,1000,1000,1000,1000,1000,1000,1000,1000")]
    public async Task User_ids_that_share_an_address_share_calls(int members, string calls)
    {
        await using var pipeline = await StartAsync("userId", ProjectType.UserId);
        var (connection, list) = await pipeline.ConnectAsync();

        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, [.. Enumerable.Range(0, members).Select(i => Add("nobody@example.com", $"u{i}"))]));

        Assert.Equal(calls, string.Join(',', Subscribes(pipeline).Select(c => c.MemberCount)));
        Assert.Equal(members, pipeline.Sandbox.State.Members(list).Count);
    }

    [Fact]
    public async Task Conflicting_members_of_a_hybrid_project_share_calls_in_rounds()
    {
        await using var pipeline = await StartAsync("hybrid", ProjectType.Hybrid);
        var (connection, list) = await pipeline.ConnectAsync();

        var batch = await pipeline.PostAsync(connection, [.. Enumerable.Range(0, 1000).SelectMany(i => new[] { Add($"{i}@example.com", $"dad{i}"), Add($"{i}@example.com", $"mum{i}") })]);
        var account = await pipeline.CompletedAsync(batch);

        Assert.Equal([1000, 1000], Subscribes(pipeline).Select(c => c.MemberCount));
        // Iterable has the addresses with the first user ids by then
        Assert.Equal("2000 = 1000 + 0 + 1000", CountsOf(account));
        Assert.All(UserIdsOn(pipeline, list), id => Assert.StartsWith("dad", id, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("email", "ann@example.com", "2", """{"email":"ann@example.com","userId":"2","dataFields":{"town":"Bonn","age":30}}""")]
    [InlineData("userId", "new@example.com", "1", """{"email":"new@example.com","userId":"1","dataFields":{"town":"Bonn","age":30},"preferUserId":true}""")]
    public async Task A_later_change_of_the_same_member_replaces_the_earlier_and_sends_its_own_identifiers(string type, string email, string userId, string sent)
    {
        await using var pipeline = await StartAsync(type, type == "email" ? ProjectType.Email : ProjectType.UserId);
        var (connection, _) = await pipeline.ConnectAsync(""","attributes":{"town":"city","age":"age"}""");
        await PauseAsync(pipeline, connection);
        var batch = await pipeline.PostAsync(
            connection,
            Add("ann@example.com", "1", more: ""","attributes":{"city":"Ulm","age":30}"""),
            Add(email, userId, more: ""","attributes":{"city":"Bonn"}"""));
        await ResumeAsync(pipeline, connection);

        Assert.Equal("2 = 1 + 1 + 0", CountsOf(await pipeline.CompletedAsync(batch)));
        Assert.Equal(sent, JsonNode.Parse(Assert.Single(Subscribes(pipeline)).Body!)!["subscribers"]!.AsArray().Single()!.ToJsonString());
    }

    [Fact]
    public async Task A_removal_by_user_id_alone_does_not_overtake_the_add_of_who_carries_it_in_an_email_project()
    {
        await using var pipeline = await StartAsync("email", ProjectType.Email);
        var list = pipeline.Sandbox.State.AddList(Pipeline.ApiKey, "list").Id;
        var body = $$"""{"projectId":"{{pipeline.ProjectId}}","name":"VIP","source":"segment","audienceId":"vip","listId":{{list}}}""";
        var connection = (string)(await pipeline.Service.PostAsync("/api/v1/connections", body)).Expect(201)["id"]!;
        await PauseAsync(pipeline, connection);
        string[] events = [Identify("1", true, "ann@example.com"), Identify("2", true, "bob@example.com"), Identify("1", false)];
        (await pipeline.Service.PostAsync($"/ingest/segment/{pipeline.ProjectId}", $"[{string.Join(',', events)}]")).Expect(202);
        await ResumeAsync(pipeline, connection);

        var status = (await pipeline.ConnectionAsync(connection, c => (long)c["status"]!["pending"]! == 0))["status"]!;

        Assert.Equal((3, 0), ((int)status["delivered"]!, (int)status["superseded"]!));
        Assert.Equal(["bob@example.com"], pipeline.EmailsOn(list));
    }

    [Theory]
    [InlineData("email", "userId")]
    [InlineData("userId", "email")]
    [InlineData("userId", "hybrid")]
    public async Task A_change_does_not_overtake_one_that_was_accepted_under_another_type(string before, string after)
    {
        await using var pipeline = await StartAsync(before, ProjectType.Hybrid);
        var (connection, list) = await pipeline.ConnectAsync();
        await PauseAsync(pipeline, connection);
        await pipeline.PostAsync(connection, Add("ann@example.com", "1"));
        (await pipeline.Service.PatchAsync($"/api/v1/projects/{pipeline.ProjectId}", $$"""{"type":"{{after}}"}""")).Expect(200);
        var removal = await pipeline.PostAsync(connection, Remove("ann@example.com", "1"));
        await ResumeAsync(pipeline, connection);

        Assert.Equal("1 = 1 + 0 + 0", CountsOf(await pipeline.CompletedAsync(removal)));
        Assert.Empty(pipeline.EmailsOn(list));
    }

    [Fact]
    public async Task A_replay_in_a_user_id_project_is_not_overtaken_by_a_member_with_the_same_address()
    {
        await using var pipeline = await StartAsync("userId", ProjectType.UserId);
        var (connection, list) = await pipeline.ConnectAsync();
        pipeline.Sandbox.State.AddFault(new Fault { Kind = FaultKind.Status, Status = 400, Code = "Odd", Message = "no", WhenBodyContains = "\"dad\"" });
        pipeline.Sandbox.State.AddFault(new Fault { Kind = FaultKind.Status, Status = 400, Code = "Odd", Message = "no", WhenBodyContains = "\"kid\"" });
        string[] others = [.. Enumerable.Range(0, 6).Select(i => Add(Shared, $"u{i}"))];
        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, [Add(Shared, "dad"), .. others, Add(Shared, "kid")]));
        pipeline.Sandbox.State.RemoveFaults();
        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Add(Shared, "mum"), Remove("other@example.com", "kid")));

        var response = (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/replay", "{}")).Expect(200);
        var replay = await pipeline.CompletedAsync((string)Assert.Single(response["batchIds"]!.AsArray())!);

        Assert.Equal("2 = 1 + 1 + 0", CountsOf(replay));
        Assert.Equal(["dad", "mum", "u0", "u1", "u2", "u3", "u4", "u5"], UserIdsOn(pipeline, list));
    }

    private static async Task<Pipeline> StartAsync(string type, ProjectType atIterable)
    {
        var pipeline = await Pipeline.StartAsync($",\"type\":\"{type}\"");
        pipeline.Sandbox.State.Configure(Pipeline.ApiKey, s => s with { Type = atIterable });
        return pipeline;
    }

    /// <summary>An event of Segment's, which needs no address in an email project.</summary>
    private static string Identify(string userId, bool isMember, string? email = null) =>
        $$"""
        {"type":"identify","userId":"{{userId}}","messageId":"{{Guid.NewGuid()}}",
         "traits":{ {{(email is null ? "" : $"\"email\":\"{email}\",")}}"vip":{{(isMember ? "true" : "false")}} },
         "context":{"personas":{"computation_class":"audience","computation_key":"vip"} } }
        """;

    private static async Task PauseAsync(Pipeline pipeline, string connection) => (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/pause")).Expect(200);

    private static async Task ResumeAsync(Pipeline pipeline, string connection) => (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/resume")).Expect(200);

    private static string Add(string email, string userId, string? time = null, string more = "") => Wire.Add(email, Rest(userId, time) + more);

    private static string Remove(string email, string userId, string? time = null) => Wire.Remove(email, Rest(userId, time));

    private static string Rest(string userId, string? time) =>
        $",\"customerId\":\"{userId}\"{(time is null ? "" : $",\"occurredAt\":\"2026-01-01T{time}:00Z\"")}";

    private static IEnumerable<SandboxCall> Subscribes(Pipeline pipeline) => pipeline.Sandbox.State.Calls("/api/lists/subscribe");

    private static string[] UserIdsOn(Pipeline pipeline, long list) => [.. pipeline.Sandbox.State.Members(list).Select(m => m.UserId ?? "").Order(StringComparer.Ordinal)];

    private static string CountsOf(JsonObject batch)
    {
        var counts = batch["counts"]!;
        return $"{counts["received"]} = {counts["delivered"]} + {counts["superseded"]} + {counts["rejected"]}";
    }
}
