using System.Text.Json.Nodes;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Outcomes;

public sealed class MemberSearchTests
{
    private const string Search = "/api/v1/members/search";

    [Fact]
    public async Task A_person_is_found_with_all_their_changes_and_outcomes()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (vip, vipList) = await pipeline.ConnectAsync();
        var (news, newsList) = await pipeline.ConnectAsync();
        var first = await pipeline.PostAsync(vip, Wire.Add("bob@x.com"), Wire.Add("Ann@x.com", ",\"customerId\":\"c-1\",\"mpid\":-7246244611012968789,\"occurredAt\":\"2026-01-31T13:00:00Z\""));
        await pipeline.CompletedAsync(first);
        var second = await pipeline.PostAsync(news, """{"action":"remove","customerId":"c-1"}""", Wire.Add("not-an-address", ",\"customerId\":\"c-1\""));
        await pipeline.CompletedAsync(second);

        var items = (await SearchAsync(pipeline, """{"customerId":"c-1"}"""))["items"]!.AsArray();

        foreach (var item in items) Assert.True(item!.AsObject().Remove("receivedAt") && item["settledAt"] is not null && item.AsObject().Remove("settledAt"));
        Assert.Equal(
            [
                $$"""{"connectionId":"{{news}}","connection":"VIP","projectId":"{{pipeline.ProjectId}}","project":"Acme","listId":{{newsList}},"list":null,"kind":"membership","batchId":"{{second}}","index":1,"action":"add","email":"not-an-address","customerId":"c-1","mpid":null,"outcome":"rejected","reason":"invalid","detail":"Iterable named this member in its answer","source":"members","sourceId":null,"occurredAt":null}""",
                $$"""{"connectionId":"{{news}}","connection":"VIP","projectId":"{{pipeline.ProjectId}}","project":"Acme","listId":{{newsList}},"list":null,"kind":"membership","batchId":"{{second}}","index":0,"action":"remove","email":null,"customerId":"c-1","mpid":null,"outcome":"dropped","reason":"noEmail","detail":null,"source":"members","sourceId":null,"occurredAt":null}""",
                $$"""{"connectionId":"{{vip}}","connection":"VIP","projectId":"{{pipeline.ProjectId}}","project":"Acme","listId":{{vipList}},"list":null,"kind":"membership","batchId":"{{first}}","index":1,"action":"add","email":"Ann@x.com","customerId":"c-1","mpid":"-7246244611012968789","outcome":"delivered","reason":null,"detail":null,"source":"members","sourceId":null,"occurredAt":"2026-01-31T13:00:00.000Z"}""",
            ],
            items.Select(i => i!.ToJsonString()));
        Assert.Single((await SearchAsync(pipeline, """{"email":" ANN@x.com "}"""))["items"]!.AsArray());
        Assert.Single((await SearchAsync(pipeline, """{"mpid":-7246244611012968789}"""))["items"]!.AsArray());
        Assert.Single((await SearchAsync(pipeline, """{"mpid":"-7246244611012968789"}"""))["items"]!.AsArray());
        Assert.Equal(4, (await SearchAsync(pipeline, """{"email":"bob@x.com","customerId":"c-1"}"""))["items"]!.AsArray().Count);
        Assert.Equal("""{"items":[],"next":null}""", (await SearchAsync(pipeline, """{"mpid":7246244611012968789}""")).ToJsonString());
    }

    [Fact]
    public async Task What_is_found_names_the_list_it_was_accepted_for()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var connection = await pipeline.Service.AddConnectionAsync(pipeline.ProjectId, ",\"listName\":\"Spring sale\"");
        var named = pipeline.Sandbox.State.FindList(Pipeline.ApiKey, "Spring sale")!.Id;
        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add("ann@x.com")));
        var other = pipeline.Sandbox.State.AddList(Pipeline.ApiKey, "another").Id;
        Assert.Equal($"Spring sale {named}", await FoundListsAsync(pipeline));

        (await pipeline.Service.PatchAsync($"/api/v1/connections/{connection}", $$"""{"listId":{{other}}}""")).Expect(200);
        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add("ann@x.com")));

        // the name of a list that the connection feeds no more is not kept
        Assert.Equal($" {other}, {named}", await FoundListsAsync(pipeline));
    }

    private static async Task<string> FoundListsAsync(Pipeline pipeline) => string.Join(
        ",", (await SearchAsync(pipeline, """{"email":"ann@x.com"}"""))["items"]!.AsArray().Select(i => $"{i!["list"]} {i["listId"]}"));

    [Fact]
    public async Task What_waits_and_what_was_superseded_is_found_too()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, _) = await pipeline.ConnectAsync();
        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add("ann@x.com"), Wire.Remove("ann@x.com")));
        (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/pause")).Expect(200);
        await pipeline.PostAsync(connection, Wire.Add("ann@x.com"));

        var items = (await SearchAsync(pipeline, """{"email":"ann@x.com"}"""))["items"]!.AsArray();

        Assert.Equal(["pending", "delivered", "superseded"], items.Select(i => (string)i!["outcome"]!));
        Assert.Null(items[0]!["settledAt"]);
    }

    [Fact]
    public async Task What_is_found_is_paged()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, _) = await pipeline.ConnectAsync();
        for (var i = 0; i < 3; i++) await pipeline.PostAsync(connection, Wire.Add("ann@x.com"), Wire.Add("bob@x.com"), Wire.Remove("ann@x.com"));

        var seen = new List<string>();
        for (string? query = "?limit=2"; query is not null;)
        {
            var page = await SearchAsync(pipeline, """{"email":"ann@x.com"}""", query);
            Assert.InRange(page["items"]!.AsArray().Count, 1, 2);
            seen.AddRange(page["items"]!.AsArray().Select(i => $"{i!["batchId"]} {i["index"]}"));
            query = (string?)page["next"] is { } next ? $"?limit=2&after={next}" : null;
        }

        Assert.Equal(6, seen.Count);
        Assert.Equal((await SearchAsync(pipeline, """{"email":"ann@x.com"}"""))["items"]!.AsArray().Select(i => $"{i!["batchId"]} {i["index"]}"), seen);
    }

    [Fact]
    public async Task Nothing_is_found_of_a_connection_that_was_deleted()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (kept, _) = await pipeline.ConnectAsync();
        var (deleted, _) = await pipeline.ConnectAsync();
        foreach (var connection in new[] { kept, deleted }) await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add("ann@x.com")));

        (await pipeline.Service.DeleteAsync($"/api/v1/connections/{deleted}")).Expect(204);

        Assert.Equal([kept], (await SearchAsync(pipeline, """{"email":"ann@x.com"}"""))["items"]!.AsArray().Select(i => (string)i!["connectionId"]!));
    }

    [Fact]
    public async Task A_person_is_found_after_a_restart()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, _) = await pipeline.ConnectAsync();
        await pipeline.PostAsync(connection, Wire.Add("ann@x.com"));

        await pipeline.RestartAsync();

        Assert.Single((await SearchAsync(pipeline, """{"email":"ann@x.com"}"""))["items"]!.AsArray());
    }

    [Theory]
    [InlineData("{}", "email")]
    [InlineData("""{"email":null,"name":"Ann"}""", "email,name")]
    [InlineData("""{"email":" ","customerId":"","mpid":"\t"}""", "customerId,email,mpid")]
    [InlineData("""{"mpid":true}""", "mpid")]
    [InlineData("""{"email":5}""", "email")]
    [InlineData("[]", "$")]
    [InlineData("", "$")]
    [InlineData("""{"email":"a@x.com"}""", "after,limit", "?limit=0&after=there")]
    [InlineData("{}", "after,email,limit", "?limit=1001&after=1-2-3")]
    public async Task Every_error_is_named(string body, string paths, string query = "")
    {
        await using var service = await TestService.StartAsync();

        Assert.Equal(paths.Split(','), (await service.PostAsync(Search + query, body)).ExpectErrors());
    }

    [Fact]
    public async Task Only_an_operator_may_look()
    {
        await using var service = await TestService.StartAsync();
        const string Body = """{"email":"ann@x.com"}""";

        Assert.Equal(200, (await service.PostAsync(Search, Body)).Status);
        Assert.Equal(403, (await service.SendAsync(HttpMethod.Post, Search, Body, $"Bearer {TestService.IngestKey}")).Status);
        Assert.Equal(401, (await service.SendAsync(HttpMethod.Post, Search, Body, authorization: null)).Status);
        Assert.DoesNotContain(service.Logs, l => l.Contains("ann@x.com", StringComparison.Ordinal));
    }

    private static async Task<JsonObject> SearchAsync(Pipeline pipeline, string body, string query = "") =>
        (await pipeline.Service.PostAsync(Search + query, body)).Expect(200);
}
