using Iterable.Sandbox.Faults;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Guarantees;

public sealed class G7_An_outage_costs_time_not_data
{
    [Fact]
    public async Task After_an_outage_a_member_who_came_and_went_a_hundred_times_is_sent_once_or_nearly_so()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list) = await pipeline.ConnectAsync();
        pipeline.Sandbox.State.AddFault(new Fault { Kind = FaultKind.Status, Status = 503, Code = "GenericError" });
        string last = "";
        for (var i = 0; i < 100; i++) last = await pipeline.PostAsync(connection, i % 2 == 0 ? Wire.Add("a@x.com") : Wire.Remove("a@x.com"));
        last = await pipeline.PostAsync(connection, Wire.Add("a@x.com"));
        await pipeline.ConnectionAsync(connection, c => ((string?)c["status"]!["lastError"])?.Contains("503", StringComparison.Ordinal) == true);

        pipeline.Sandbox.State.RemoveFaults();
        await pipeline.CompletedAsync(last);

        Assert.Equal(["a@x.com"], pipeline.EmailsOn(list));
        var sends = Assert.Single(pipeline.Sandbox.State.Sends(list));
        Assert.InRange(sends.Adds + sends.Removes, 1, 2);
        var status = (await pipeline.ConnectionAsync(connection, c => (long)c["status"]!["pending"]! == 0))["status"]!;
        Assert.Equal(101, (long)status["delivered"]! + (long)status["superseded"]!);
        Assert.Null((string?)status["lastError"]);
    }

    [Theory]
    [InlineData("outage")]
    [InlineData("pause")]
    [InlineData("revoked key")]
    public async Task Whatever_kept_them_waiting_a_quarter_of_a_million_changes_are_coalesced_together(string cause)
    {
        const int People = 2500;
        await using var pipeline = await Pipeline.StartAsync(budgets: """{"lists":10}""");
        var (connection, list) = await pipeline.ConnectAsync();
        // it has flowed, and is at rest
        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add("m0@x.com")));
        var end = await StopAsync(pipeline, connection, cause);
        string last = "";
        for (var i = 0; i < 25; i++) last = await pipeline.PostAsync(connection, [.. Enumerable.Range(0, 10_000).Select(m => Wire.Add($"m{m % People}@x.com"))]);

        await end();
        await pipeline.CompletedAsync(last);
        await pipeline.ConnectionAsync(connection, c => (long)c["status"]!["pending"]! == 0);

        Assert.Equal(People, pipeline.EmailsOn(list).Length);
        // once, or nearly so: those of the calls that went while the window was still being read go once more
        Assert.InRange(pipeline.Sandbox.State.Sends(list).Sum(s => s.Adds), People, 2 * People);
    }

    [Fact]
    public async Task A_second_outage_is_shown_like_the_first()
    {
        await using var pipeline = await Pipeline.StartAsync(settings: ("Delivery:GatherTime", "00:00:01"));
        var (connection, _) = await pipeline.ConnectAsync();
        for (var i = 0; i < 2; i++)
        {
            pipeline.Sandbox.State.AddFault(new Fault { Kind = FaultKind.Status, Status = 503, Code = "GenericError" });
            var batch = await pipeline.PostAsync(connection, Wire.Add("a@x.com"));
            await pipeline.ConnectionAsync(connection, c => ((string?)c["status"]!["lastError"])?.Contains("503", StringComparison.Ordinal) == true);
            pipeline.Sandbox.State.RemoveFaults();
            await pipeline.CompletedAsync(batch);
            Assert.Null((string?)(await pipeline.ConnectionAsync(connection, _ => true))["status"]!["lastError"]);
        }
    }

    [Fact]
    public async Task A_list_that_exists_again_ends_the_hold_also_when_Iterable_refuses_a_member_on_it()
    {
        await using var pipeline = await Pipeline.StartAsync(settings: ("Delivery:ProbeEvery", "00:00:01"));
        var connection = await pipeline.Service.AddConnectionAsync(pipeline.ProjectId, ",\"listId\":987654");
        var batch = await pipeline.PostAsync(connection, [.. Enumerable.Range(0, 8).Select(i => Wire.Add($"m{i}@x.com"))]);
        await pipeline.ConnectionAsync(connection, c => (string)c["state"]! == "held");

        pipeline.Sandbox.State.AddFault(new Fault { Kind = FaultKind.Status, Status = 400, Code = "BadParams", Message = "no", WhenBodyContains = "m5@", Path = "/api/lists/subscribe" });
        pipeline.Sandbox.State.AddList(Pipeline.ApiKey, "found", 987654);
        var account = await pipeline.CompletedAsync(batch);

        Assert.Equal(7, (long)account["counts"]!["delivered"]!);
        Assert.Equal(1, (long)account["counts"]!["rejected"]!);
    }

    [Fact]
    public async Task A_revoked_key_holds_the_project_and_a_new_key_resumes_it()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list) = await pipeline.ConnectAsync();
        pipeline.Sandbox.State.Configure(Pipeline.ApiKey, p => p with { Revoked = true });
        var batch = await pipeline.PostAsync(connection, Wire.Add("a@x.com"));
        await ProjectAsync(pipeline, p => (string)p["state"]! == "held");
        Assert.Equal("credentialsRejected", (string)(await ProjectAsync(pipeline, _ => true))["holdReason"]!);
        Assert.Equal("pending", (string)(await pipeline.BatchAsync(batch))["state"]!);
        Assert.Equal(["projectHeld: credentialsRejected", "listUnverified"], (await pipeline.ConnectionAsync(connection, _ => true))["warnings"]!.AsArray().Select(w => (string)w!));

        pipeline.Sandbox.State.Configure(Pipeline.ApiKey, p => p with { Revoked = false });
        (await pipeline.Service.PostAsync($"/api/v1/projects/{pipeline.ProjectId}/resume")).Expect(200);
        await pipeline.CompletedAsync(batch);

        Assert.Equal(["a@x.com"], pipeline.EmailsOn(list));
        Assert.Equal("active", (string)(await ProjectAsync(pipeline, _ => true))["state"]!);
    }

    [Fact]
    public async Task A_deleted_list_holds_its_connection_and_the_reason_is_shown()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var connection = await pipeline.Service.AddConnectionAsync(pipeline.ProjectId, ",\"listId\":987654");
        var batch = await pipeline.PostAsync(connection, Wire.Add("a@x.com"));

        var held = await pipeline.ConnectionAsync(connection, c => (string)c["state"]! == "held");

        Assert.Equal("listNotFound", (string)held["holdReason"]!);
        Assert.Equal(1, (long)held["status"]!["pending"]!);
        pipeline.Sandbox.State.AddList(Pipeline.ApiKey, "found", 987654);
        (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/resume")).Expect(200);
        await pipeline.CompletedAsync(batch);
        Assert.Equal(["a@x.com"], pipeline.EmailsOn(987654));
    }

    /// <summary>Returns what lets it flow again.</summary>
    private static async Task<Func<Task>> StopAsync(Pipeline pipeline, string connection, string cause)
    {
        switch (cause)
        {
            case "outage":
                pipeline.Sandbox.State.AddFault(new Fault { Kind = FaultKind.Status, Status = 503, Code = "GenericError" });
                return async () =>
                {
                    await pipeline.ConnectionAsync(connection, c => ((string?)c["status"]!["lastError"])?.Contains("503", StringComparison.Ordinal) == true);
                    pipeline.Sandbox.State.RemoveFaults();
                };
            case "pause":
                (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/pause")).Expect(200);
                return async () => (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/resume")).Expect(200);
            case "revoked key":
                // held for another connection's sake, before there is anything of this one
                pipeline.Sandbox.State.Configure(Pipeline.ApiKey, p => p with { Revoked = true });
                await pipeline.PostAsync((await pipeline.ConnectAsync()).Connection, Wire.Add("other@x.com"));
                await ProjectAsync(pipeline, p => (string)p["state"]! == "held");
                return async () =>
                {
                    pipeline.Sandbox.State.Configure(Pipeline.ApiKey, p => p with { Revoked = false });
                    (await pipeline.Service.PostAsync($"/api/v1/projects/{pipeline.ProjectId}/resume")).Expect(200);
                };
            default:
                throw new ArgumentOutOfRangeException(nameof(cause), cause, "Unknown cause");
        }
    }

    private static Task<System.Text.Json.Nodes.JsonObject> ProjectAsync(Pipeline pipeline, Func<System.Text.Json.Nodes.JsonObject, bool> isAsWanted) =>
        Eventually.GetAsync(async () => (await pipeline.Service.GetAsync($"/api/v1/projects/{pipeline.ProjectId}")).Expect(200), isAsWanted, TimeSpan.FromSeconds(30));
}
