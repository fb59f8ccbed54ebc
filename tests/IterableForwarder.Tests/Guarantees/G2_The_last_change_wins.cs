using Iterable.Sandbox;
using Iterable.Sandbox.Faults;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Guarantees;

public sealed class G2_The_last_change_wins
{
    [Theory]
    [InlineData("remove", "add", true)]
    [InlineData("add", "remove", false)]
    public async Task In_one_batch_the_later_position_wins(string first, string second, bool isMember)
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list) = await pipeline.ConnectAsync();

        var batch = await pipeline.PostAsync(connection, Change(first), Change(second));
        var account = await pipeline.CompletedAsync(batch);

        Assert.Equal(isMember ? ["a@x.com"] : [], pipeline.EmailsOn(list));
        Assert.Equal(1, (long)account["counts"]!["superseded"]!);
        Assert.Equal(1, (long)account["counts"]!["delivered"]!);
    }

    [Fact]
    public async Task Of_two_batches_the_later_commit_wins_while_the_earlier_is_still_in_a_call()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list) = await pipeline.ConnectAsync();
        pipeline.Sandbox.State.AddFault(new Fault { Kind = FaultKind.Delay, DelayMilliseconds = 300, Path = "/api/lists/subscribe", Times = 1 });

        await pipeline.PostAsync(connection, Change("add"));
        await pipeline.Sandbox.State.WaitForCallsAsync(1, "/api/lists/subscribe");
        var later = await pipeline.PostAsync(connection, Change("remove"));
        await pipeline.CompletedAsync(later);

        Assert.Empty(pipeline.EmailsOn(list));
        Assert.Equal(["/api/lists/subscribe", "/api/lists/unsubscribe"], pipeline.Sandbox.State.Calls().Where(c => c.Method == "POST").Select(c => c.Path));
    }

    [Fact]
    public async Task A_change_that_happened_before_one_already_delivered_does_not_undo_it_also_after_a_restart()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list) = await pipeline.ConnectAsync();
        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Change("remove", "2026-01-02T00:00:00Z")));
        await pipeline.RestartAsync();

        var late = await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Change("add", "2026-01-01T00:00:00Z"), Wire.Add("b@x.com", ",\"occurredAt\":\"2026-01-01T00:00:00Z\"")));
        var newer = await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add("c@x.com", ",\"occurredAt\":\"2026-01-03T00:00:00Z\"")));

        Assert.Equal(1, (long)late["counts"]!["superseded"]!);
        Assert.Equal(1, (long)newer["counts"]!["delivered"]!);
        Assert.Equal(["b@x.com", "c@x.com"], pipeline.EmailsOn(list));
    }

    [Fact]
    public async Task A_change_without_a_time_counts_as_having_happened_when_it_was_accepted()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list) = await pipeline.ConnectAsync();
        await pipeline.PostAsync(connection, Change("remove"));

        var late = await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Change("add", "2026-01-01T00:00:00Z")));

        Assert.Equal(1, (long)late["counts"]!["superseded"]!);
        Assert.Empty(pipeline.EmailsOn(list));
    }

    [Fact]
    public async Task Two_identities_that_share_an_identifier_are_sent_one_after_the_other_in_order()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, _) = await pipeline.ConnectAsync();

        var batch = await pipeline.PostAsync(connection, Wire.Remove("old@x.com", ",\"customerId\":\"c-1\""), Wire.Add("new@x.com", ",\"customerId\":\"c-1\""));
        var account = await pipeline.CompletedAsync(batch);

        Assert.Equal(0, (long)account["counts"]!["superseded"]!);
        Assert.Equal(["/api/lists/unsubscribe", "/api/lists/subscribe"], pipeline.Sandbox.State.Calls().Where(c => c.Method == "POST").Select(c => c.Path));
    }

    [Fact]
    public async Task A_call_in_flight_of_a_killed_process_does_not_land_after_what_is_sent_after_the_restart()
    {
        using var folder = new TemporaryFolder();
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        var list = sandbox.State.AddList(Pipeline.ApiKey, "vip").Id;
        var settings = ("Iterable__AttemptTimeout", "00:00:06");
        sandbox.State.AddFault(new Fault { Kind = FaultKind.Delay, DelayMilliseconds = 5000, Path = "/api/lists/subscribe", Times = 1 });
        string connection;
        await using (var service = await ServiceProcess.StartAsync(folder.Path, sandbox, settings))
        {
            var project = (string)(await service.PostAsync("/api/v1/projects", new { name = "Acme", apiKey = Pipeline.ApiKey }))["id"]!;
            connection = (string)(await service.PostAsync("/api/v1/connections", new { projectId = project, name = "VIP", listId = list }))["id"]!;
            await service.PostAsync($"/api/v1/connections/{connection}/members", new { changes = new[] { new { action = "add", email = "a@x.com" } } });
            await sandbox.State.WaitForCallsAsync(1, "/api/lists/subscribe");
            await service.KillAsync();
        }

        await using var restarted = await ServiceProcess.StartAsync(folder.Path, sandbox, settings);
        await restarted.PostAsync($"/api/v1/connections/{connection}/members", new { changes = new[] { new { action = "remove", email = "a@x.com" } } });
        await Eventually.GetAsync(() => restarted.GetAsync($"/api/v1/connections/{connection}"), c => (long)c["status"]!["pending"]! == 0, TimeSpan.FromSeconds(30));

        await Eventually.TrueAsync(() => sandbox.State.Sends(list).Any(sends => sends.Adds > 0));
        Assert.Empty(sandbox.State.Members(list));
    }

    private static string Change(string action, string? occurredAt = null) =>
        $$"""{"action":"{{action}}","email":"a@x.com"{{(occurredAt is null ? "" : $",\"occurredAt\":\"{occurredAt}\"")}}}""";
}
