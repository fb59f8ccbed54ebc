using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Guarantees;

public sealed class G4_Every_member_is_accounted_for
{
    [Fact]
    public async Task Counts_and_reasons_add_up_at_every_moment_and_everyone_not_delivered_is_listed()
    {
        await using var pipeline = await Pipeline.StartAsync(budgets: """{"lists":20}""");
        var (connection, list) = await pipeline.ConnectAsync();
        pipeline.Sandbox.State.Forget(Pipeline.ApiKey, email: "gone@x.com");
        string[] changes =
        [
            .. Enumerable.Range(0, 3000).Select(i => Wire.Add($"m{i}@x.com")),
            Wire.Add("m7@x.com"),
            """{"action":"add","customerId":"c-9"}""",
            Wire.Add("not-an-address"),
            Wire.Add("GONE@x.com"),
            """{"action":"remove","customerId":"c-10","mpid":-5}""",
        ];

        var batch = await pipeline.PostAsync(connection, changes);
        // BatchAsync, which this asks again and again, checks the sum each time
        var account = await pipeline.CompletedAsync(batch);

        Assert.Equal("""{"received":3005,"delivered":3000,"superseded":1,"dropped":2,"rejected":2,"pending":0}""", account["counts"]!.ToJsonString());
        Assert.Equal("""{"forgotten":1,"invalid":1,"noEmail":2}""", account["reasons"]!.ToJsonString());
        Assert.Equal(3000, pipeline.EmailsOn(list).Length);
        Assert.Equal(
            [
                """{"index":3001,"action":"add","email":null,"customerId":"c-9","mpid":null,"outcome":"dropped","reason":"noEmail","detail":null}""",
                """{"index":3002,"action":"add","email":"not-an-address","customerId":null,"mpid":null,"outcome":"rejected","reason":"invalid","detail":"Iterable named this member in its answer"}""",
                """{"index":3003,"action":"add","email":"GONE@x.com","customerId":null,"mpid":null,"outcome":"rejected","reason":"forgotten","detail":"Iterable named this member in its answer"}""",
                """{"index":3004,"action":"remove","email":null,"customerId":"c-10","mpid":"-5","outcome":"dropped","reason":"noEmail","detail":null}""",
            ],
            await MembersAsync(pipeline, batch, ""));
        Assert.Equal(2, (await MembersAsync(pipeline, batch, "?outcome=rejected")).Length);
        Assert.Equal(2, (await MembersAsync(pipeline, batch, "?outcome=dropped&limit=1000")).Length);
    }

    [Fact]
    public async Task A_person_is_found_by_email_customer_id_or_mpid()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, _) = await pipeline.ConnectAsync();
        var batch = await pipeline.PostAsync(connection, """{"action":"add","customerId":"c-9","mpid":77}""", Wire.Add("ann@x.com", ",\"customerId\":\"c-9\""));
        await pipeline.CompletedAsync(batch);

        Assert.Equal(["1 delivered "], await FoundAsync("email", "ANN@x.com"));
        Assert.Equal(["1 delivered ", "0 dropped noEmail"], await FoundAsync("customerId", "c-9"));
        Assert.Equal(["0 dropped noEmail"], await FoundAsync("mpid", "77"));

        async Task<string[]> FoundAsync(string name, string value)
        {
            var page = (await pipeline.Service.PostAsync("/api/v1/members/search", $$"""{"{{name}}":"{{value}}"}""")).Expect(200);
            return [.. page["items"]!.AsArray().Select(i => $"{i!["index"]} {i["outcome"]} {i["reason"]}")];
        }
    }

    [Fact]
    public async Task Those_not_delivered_are_paged_by_position()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, _) = await pipeline.ConnectAsync();
        var batch = await pipeline.PostAsync(connection, [.. Enumerable.Range(0, 5).Select(i => $$"""{"action":"add","customerId":"c-{{i}}"}""")]);

        var seen = new List<long>();
        for (string? next = ""; next is not null;)
        {
            var page = (await pipeline.Service.GetAsync($"/api/v1/batches/{batch}/members?limit=2{next}")).Expect(200);
            seen.AddRange(page["items"]!.AsArray().Select(i => (long)i!["index"]!));
            next = (string?)page["next"] is { } after ? $"&after={after}" : null;
        }

        Assert.Equal([0, 1, 2, 3, 4], seen);
    }

    private static async Task<string[]> MembersAsync(Pipeline pipeline, string batch, string query)
    {
        var page = (await pipeline.Service.GetAsync($"/api/v1/batches/{batch}/members{query}")).Expect(200);
        Assert.Null(page["next"]);
        return [.. page["items"]!.AsArray().Select(i => i!.ToJsonString())];
    }
}
