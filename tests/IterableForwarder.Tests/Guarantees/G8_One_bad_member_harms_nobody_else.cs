using Iterable.Sandbox.Faults;
using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Ingress.Amplitude.Streams;

namespace IterableForwarder.Tests.Guarantees;

public sealed class G8_One_bad_member_harms_nobody_else
{
    [Fact]
    public async Task A_request_refused_because_of_one_member_is_bisected_down_to_that_member()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list) = await pipeline.ConnectAsync();
        pipeline.Sandbox.State.AddFault(new Fault
        {
            Kind = FaultKind.Status,
            Status = 400,
            Code = "UniqueFieldsLimitExceeded",
            Message = "too many",
            WhenBodyContains = "m617@",
        });

        var batch = await pipeline.PostAsync(connection, [.. Enumerable.Range(0, 1000).Select(i => Wire.Add($"m{i}@x.com"))]);
        var account = await pipeline.CompletedAsync(batch);

        Assert.Equal("""{"received":1000,"delivered":999,"superseded":0,"dropped":0,"rejected":1,"pending":0}""", account["counts"]!.ToJsonString());
        Assert.Equal(999, pipeline.EmailsOn(list).Length);
        var rejected = (await pipeline.Service.GetAsync($"/api/v1/batches/{batch}/members")).Expect(200)["items"]![0]!;
        Assert.Equal("m617@x.com", (string)rejected["email"]!);
        Assert.Equal("refused", (string)rejected["reason"]!);
        Assert.Equal("UniqueFieldsLimitExceeded: too many", (string)rejected["detail"]!);
        Assert.InRange(pipeline.Sandbox.State.CallsReceived("/api/lists/subscribe"), 1, (2 * 10) + 5);
    }

    [Fact]
    public async Task Members_with_a_field_of_the_refused_type_are_separated_from_the_others_at_once()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list) = await pipeline.ConnectAsync(",\"attributes\":{\"age\":\"age\"}");
        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add("first@x.com", Age("1"))));

        string[] members = [.. Enumerable.Range(0, 1000).Select(i => Wire.Add($"m{i}@x.com", Age(i == 617 ? "\"old\"" : "2")))];
        var batch = await pipeline.PostAsync(connection, members);
        var account = await pipeline.CompletedAsync(batch);

        Assert.Equal("""{"received":1000,"delivered":999,"superseded":0,"dropped":0,"rejected":1,"pending":0}""", account["counts"]!.ToJsonString());
        Assert.Equal(1000, pipeline.EmailsOn(list).Length);
        var rejected = (await pipeline.Service.GetAsync($"/api/v1/batches/{batch}/members")).Expect(200)["items"]![0]!;
        Assert.Equal(("m617@x.com", "invalidData"), ((string)rejected["email"]!, (string)rejected["reason"]!));
        Assert.StartsWith("RequestFieldsTypesMismatched: ", (string)rejected["detail"]!);
        // The first member, the thousand, the one and the others.
        Assert.Equal([1, 1000, 1, 999], pipeline.Sandbox.State.Calls("/api/lists/subscribe").Select(call => call.MemberCount));
    }

    [Fact]
    public async Task Members_who_all_have_a_field_of_a_refused_type_are_all_rejected()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list) = await pipeline.ConnectAsync(",\"attributes\":{\"age\":\"age\"}");
        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add("first@x.com", Age("1"))));

        var batch = await pipeline.PostAsync(connection, [.. Enumerable.Range(0, 8).Select(i => Wire.Add($"m{i}@x.com", Age("true")))]);
        var account = await pipeline.CompletedAsync(batch);

        Assert.Equal(8, (int)account["counts"]!["rejected"]!);
        Assert.Equal(["first@x.com"], pipeline.EmailsOn(list));
        Assert.Equal("active", (string)(await pipeline.ConnectionAsync(connection, _ => true))["state"]!);
    }

    [Fact]
    public async Task A_request_refused_for_its_own_sake_rejects_nobody_and_holds_the_connection()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list) = await pipeline.ConnectAsync();
        var fault = pipeline.Sandbox.State.AddFault(new Fault { Kind = FaultKind.Status, Status = 400, Code = "BadParams", Message = "campaign", Path = "/api/lists/subscribe" });
        var batch = await pipeline.PostAsync(connection, [.. Enumerable.Range(0, 64).Select(i => Wire.Add($"m{i}@x.com"))]);

        var held = await pipeline.ConnectionAsync(connection, c => (string)c["state"]! == "held");

        Assert.Equal("requestRefused", (string)held["holdReason"]!);
        Assert.Equal(64, (long)held["status"]!["pending"]!);
        Assert.Equal(0, (long)held["status"]!["rejected"]!);
        pipeline.Sandbox.State.RemoveFault(fault);
        (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/resume")).Expect(200);
        await pipeline.CompletedAsync(batch);
        Assert.Equal(64, pipeline.EmailsOn(list).Length);
    }

    [Fact]
    public async Task Members_refused_one_after_the_other_in_the_same_words_hold_the_connection_until_it_works_again()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list) = await pipeline.ConnectAsync();
        var fault = pipeline.Sandbox.State.AddFault(new Fault { Kind = FaultKind.Status, Status = 400, Code = "BadParams", Message = "campaign", Path = "/api/lists/subscribe" });
        for (var i = 0; i < 3; i++) await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add($"m{i}@x.com")));

        var batch = await pipeline.PostAsync(connection, Wire.Add("m3@x.com"));

        var held = await pipeline.ConnectionAsync(connection, c => (string)c["state"]! == "held");
        Assert.Equal("requestRefused", (string)held["holdReason"]!);
        Assert.Equal((3, 1), ((long)held["status"]!["rejected"]!, (long)held["status"]!["pending"]!));
        pipeline.Sandbox.State.RemoveFault(fault);
        (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/resume")).Expect(200);
        await pipeline.CompletedAsync(batch);
        Assert.Equal(["m3@x.com"], pipeline.EmailsOn(list));
    }

    [Fact]
    public async Task Members_refused_while_others_are_accepted_are_each_rejected()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list) = await pipeline.ConnectAsync();
        pipeline.Sandbox.State.AddFault(new Fault { Kind = FaultKind.Status, Status = 400, Code = "BadParams", Message = "no", WhenBodyContains = "bad" });

        for (var i = 0; i < 5; i++)
        {
            await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add($"bad{i}@x.com")));
            if (i % 2 == 1) await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add($"m{i}@x.com")));
        }

        var shown = await pipeline.ConnectionAsync(connection, _ => true);
        Assert.Equal(("active", 5), ((string)shown["state"]!, (long)shown["status"]!["rejected"]!));
        Assert.Equal(["m1@x.com", "m3@x.com"], pipeline.EmailsOn(list));
    }

    [Fact]
    public async Task One_member_refused_again_and_again_delays_nobody()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list) = await pipeline.ConnectAsync();
        pipeline.Sandbox.State.AddFault(new Fault { Kind = FaultKind.Status, Status = 400, Code = "BadParams", Message = "not gus", WhenBodyContains = "us@x.com" });

        string[] changes = ["gus@x.com", "Gus@x.com", "gus@x.com", "Gus@x.com", "gus@x.com"];
        foreach (var email in changes) await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add(email)));
        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add("m1@x.com")));

        var shown = await pipeline.ConnectionAsync(connection, _ => true);
        Assert.Equal(("active", 5), ((string)shown["state"]!, (long)shown["status"]!["rejected"]!));
        Assert.Equal(["m1@x.com"], pipeline.EmailsOn(list));
    }

    [Fact]
    public async Task One_user_whose_events_are_refused_again_and_again_delays_nobody()
    {
        await using var pipeline = await StreamStage.StartAsync();
        var stream = await pipeline.AddStreamAsync();
        pipeline.Sandbox.State.AddFault(new Fault { Kind = FaultKind.Status, Status = 400, Code = "BadParams", Message = "not gus", WhenBodyContains = "gus" });

        for (var i = 0; i < 5; i++)
        {
            (await pipeline.PostEventsAsync(stream, StreamStage.Event("gus", $"e-{i}"))).Expect(202);
            await pipeline.SettledAsync(stream);
        }
        (await pipeline.PostEventsAsync(stream, StreamStage.Event("ann", "e-ann"))).Expect(202);

        var shown = await pipeline.SettledAsync(stream);
        Assert.Equal(("active", 5, 1), ((string)shown["state"]!, (long)shown["events"]!["status"]!["rejected"]!, (long)shown["events"]!["status"]!["delivered"]!));
        Assert.Equal("e-ann", Assert.Single(pipeline.Sandbox.State.Events(Pipeline.ApiKey)).Id);
    }

    [Fact]
    public async Task The_search_for_rejected_members_leaves_half_of_the_budget_to_others()
    {
        await using var pipeline = await Pipeline.StartAsync(budgets: """{"lists":50}""");
        var (bad, badList) = await pipeline.ConnectAsync();
        var (good, goodList) = await pipeline.ConnectAsync();
        foreach (var connection in new[] { bad, good }) (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/pause")).Expect(200);
        pipeline.Sandbox.State.AddFault(new Fault { Kind = FaultKind.Status, Status = 400, Code = "BadParams", Message = "no", WhenBodyContains = "bad" });
        var searched = await pipeline.PostAsync(bad, [.. Enumerable.Range(0, 1000).Select(i => Wire.Add(i % 125 == 7 ? $"bad{i}@x.com" : $"m{i}@x.com"))]);
        var waiting = await pipeline.PostAsync(good, [.. Enumerable.Range(0, 40_000).Select(i => Wire.Add($"g{i}@x.com"))]);

        foreach (var connection in new[] { good, bad }) (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/resume")).Expect(200);
        await pipeline.CompletedAsync(searched);
        await pipeline.CompletedAsync(waiting);

        Assert.Equal((992, 40_000), (pipeline.EmailsOn(badList).Length, pipeline.EmailsOn(goodList).Length));
        // every call of the search but its first is smaller than a full one
        var calls = pipeline.Sandbox.State.Calls("/api/lists/subscribe").Select(c => c.MemberCount == 1000).ToList();
        var whileBothWait = calls[calls.IndexOf(false)..(calls.LastIndexOf(true) + 1)];
        Assert.InRange(whileBothWait.Count(isGood => !isGood), 3, (whileBothWait.Count / 2) + 2);
    }

    private static string Age(string age) => $",\"attributes\":{{\"age\":{age}}}";
}
