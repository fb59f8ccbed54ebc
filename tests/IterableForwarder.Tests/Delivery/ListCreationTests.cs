using Iterable.Sandbox.Faults;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace IterableForwarder.Tests.Delivery;

/// <summary>A connection that has only the name of its list: what it accepts waits until delivery has found or made it, once.</summary>
public sealed class ListCreationTests
{
    private readonly SettableClock _clock = new();

    [Fact]
    public async Task The_list_of_its_name_is_found()
    {
        await using var pipeline = await StartAsync();
        var list = pipeline.Sandbox.State.AddList(Pipeline.ApiKey, "vip").Id;
        var connection = await ConnectByNameAsync(pipeline, "vip");

        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add("a@x.com")));

        Assert.Equal(["a@x.com"], pipeline.EmailsOn(list));
        Assert.Equal(list, (long)(await pipeline.ConnectionAsync(connection, _ => true))["listId"]!);
        Assert.Equal(0, Made(pipeline));
    }

    [Fact]
    public async Task A_missing_list_is_created_once_for_all_its_connections_and_delivery_waits_until_Iterable_knows_it()
    {
        await using var pipeline = await StartAsync();
        pipeline.Sandbox.State.Configure(Pipeline.ApiKey, p => p with { ListVisibilityDelay = TimeSpan.FromSeconds(1) });
        var connections = new List<string>();
        for (var i = 0; i < 5; i++) connections.Add(await ConnectByNameAsync(pipeline, "vip"));

        var batches = await Task.WhenAll(connections.Select((c, i) => pipeline.PostAsync(c, Wire.Add($"m{i}@x.com"))));
        foreach (var batch in batches) await pipeline.CompletedAsync(batch);

        Assert.Equal(1, Made(pipeline));
        var shown = await pipeline.ConnectionAsync(connections[0], _ => true);
        Assert.Equal(("active", 5), ((string)shown["state"]!, pipeline.EmailsOn((long)shown["listId"]!).Length));
    }

    /// <summary>A message of a source may name as many new audiences.</summary>
    [Fact]
    public async Task Many_missing_lists_are_looked_for_in_few_calls_and_each_is_created_once()
    {
        await using var pipeline = await StartAsync();
        var connections = new List<string>();
        for (var i = 0; i < 40; i++) connections.Add(await ConnectByNameAsync(pipeline, $"vip {i}"));

        var batches = await Task.WhenAll(connections.Select((c, i) => pipeline.PostAsync(c, Wire.Add($"m{i}@x.com"))));
        foreach (var batch in batches) await pipeline.CompletedAsync(batch);

        Assert.Equal((40, 40), (Made(pipeline), pipeline.Sandbox.State.Lists(Pipeline.ApiKey).Count));
        Assert.InRange(pipeline.Sandbox.State.Calls("/api/lists").Count(c => c.Method == "GET"), 1, 20);
    }

    [Fact]
    public async Task Accepting_continues_while_Iterable_cannot_be_reached_and_delivery_follows()
    {
        await using var pipeline = await StartAsync();
        var outage = pipeline.Sandbox.State.AddFault(new Fault { Kind = FaultKind.Status, Status = 503 });
        var connection = await ConnectByNameAsync(pipeline, "vip");
        var first = await pipeline.PostAsync(connection, Wire.Add("a@x.com"), Wire.Add("b@x.com"));
        await pipeline.ConnectionAsync(connection, c => ((string?)c["status"]!["lastError"])?.Contains("list", StringComparison.Ordinal) is true);
        var second = await pipeline.PostAsync(connection, Wire.Remove("b@x.com"));

        pipeline.Sandbox.State.RemoveFault(outage);
        await pipeline.CompletedAsync(first);
        await pipeline.CompletedAsync(second);

        var list = (long)(await pipeline.ConnectionAsync(connection, _ => true))["listId"]!;
        Assert.Equal(["a@x.com"], pipeline.EmailsOn(list));
    }

    [Fact]
    public async Task A_list_whose_creation_was_not_answered_is_not_created_again_also_after_a_restart()
    {
        await using var pipeline = await StartAsync();
        pipeline.Sandbox.State.Configure(Pipeline.ApiKey, p => p with { ListVisibilityDelay = TimeSpan.FromSeconds(5) });
        pipeline.Sandbox.State.AddFault(new Fault { Kind = FaultKind.AppliedThenLost, Path = "/api/lists", WhenBodyContains = "vip", Times = 1 });
        var connection = await ConnectByNameAsync(pipeline, "vip");
        var batch = await pipeline.PostAsync(connection, Wire.Add("a@x.com"));
        await Eventually.TrueAsync(() => Made(pipeline) == 1);
        await pipeline.RestartAsync();

        await pipeline.CompletedAsync(batch);

        Assert.Equal(1, Made(pipeline));
        Assert.Equal(["a@x.com"], pipeline.EmailsOn((long)(await pipeline.ConnectionAsync(connection, _ => true))["listId"]!));
    }

    [Fact]
    public async Task A_name_that_several_lists_have_holds_the_connection_and_says_which()
    {
        await using var pipeline = await StartAsync();
        var lists = new[] { pipeline.Sandbox.State.AddList(Pipeline.ApiKey, "vip").Id, pipeline.Sandbox.State.AddList(Pipeline.ApiKey, "vip").Id };
        var connection = await ConnectByNameAsync(pipeline, "vip");
        var batch = await pipeline.PostAsync(connection, Wire.Add("a@x.com"));

        var held = await pipeline.ConnectionAsync(connection, c => (string)c["state"]! == "held");

        Assert.Equal("listNotFound", (string)held["holdReason"]!);
        Assert.All(lists, list => Assert.Contains($"{list}", (string)held["holdDetail"]!, StringComparison.Ordinal));
        (await pipeline.Service.PatchAsync($"/api/v1/connections/{connection}", $$"""{"listId":{{lists[1]}}}""")).Expect(200);
        (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/resume")).Expect(200);
        await pipeline.CompletedAsync(batch);
        Assert.Equal(["a@x.com"], pipeline.EmailsOn(lists[1]));
    }

    [Fact]
    public async Task A_connection_without_a_list_whose_changes_are_dropped_is_not_held()
    {
        await using var pipeline = await StartAsync();
        var (other, _) = await pipeline.ConnectAsync();
        (await pipeline.Service.PostAsync(
            "/ingest/mparticle",
            $$"""
            {"type":"audience_membership_change_request","id":"m-1","timestamp_ms":{{_clock.GetUtcNow().ToUnixTimeMilliseconds()}},
             "account":{"account_settings":{"apiKey":"{{Pipeline.ApiKey}}"} },
             "user_profiles":[{"mpid":"7","user_identities":[{"type":"email","encoding":"raw","value":"a@x.com"}],"audiences":[
               {"audience_id":456,"audience_name":"VIP","audience_subscription_settings":{},"action":"add"}]}]}
            """)).Expect(202);

        // behind it in the same mailbox: once it is delivered, the dispatcher has seen both
        await pipeline.CompletedAsync(await pipeline.PostAsync(other, Wire.Add("b@x.com")));

        var shown = (await pipeline.Service.GetAsync("/api/v1/connections?audienceId=456")).Expect(200)["items"]![0]!;
        Assert.Equal(("active", 1, 0), ((string)shown["state"]!, (long)shown["status"]!["dropped"]!, shown["holds"]!.AsArray().Count));
    }

    [Fact]
    public async Task A_key_that_Iterable_refuses_holds_the_project_until_it_works()
    {
        await using var pipeline = await StartAsync();
        pipeline.Sandbox.State.Configure(Pipeline.ApiKey, p => p with { Revoked = true });
        var connection = await ConnectByNameAsync(pipeline, "vip");
        var batch = await pipeline.PostAsync(connection, Wire.Add("a@x.com"));
        await Eventually.GetAsync(() => pipeline.Service.GetAsync($"/api/v1/projects/{pipeline.ProjectId}"), a => (string)a.Json["state"]! == "held", TimeSpan.FromSeconds(30));

        pipeline.Sandbox.State.Configure(Pipeline.ApiKey, p => p with { Revoked = false });

        await pipeline.CompletedAsync(batch);
    }

    private static int Made(Pipeline pipeline) => pipeline.Sandbox.State.Calls("/api/lists").Count(c => c is { Method: "POST", Status: 200 });

    /// <summary>As a source makes it whose message has no list's id.</summary>
    private async Task<string> ConnectByNameAsync(Pipeline pipeline, string name)
    {
        Assert.True(ProjectId.TryParse(pipeline.ProjectId, out var project));
        var connection = new Connection
        {
            Id = FeedId.New(_clock),
            ProjectId = project,
            Name = name,
            Source = Source.Members,
            ListName = name,
            CreatedAt = _clock.GetUtcNow(),
        };
        return (await pipeline.Service.Directory.GetOrAddAsync(connection, CancellationToken.None)).Id.ToString();
    }

    private Task<Pipeline> StartAsync() => Pipeline.StartAsync(
        customize: builder => builder.Services.AddSingleton<TimeProvider>(_clock), settings: ("Delivery:ProbeEvery", "00:00:01"));
}
