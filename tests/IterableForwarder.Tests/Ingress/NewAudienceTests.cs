using System.Text.Json.Nodes;
using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Ingress.Amplitude.Cohorts;
using IterableForwarder.Tests.Ingress.MParticle;
using IterableForwarder.Tests.Ingress.Segment;
using Microsoft.Extensions.DependencyInjection;
using Firehose = IterableForwarder.Tests.Ingress.MParticle.MParticle;

namespace IterableForwarder.Tests.Ingress;

/// <summary>How many audiences a source may create in a day, and what becomes of the changes of others.</summary>
public sealed class NewAudienceTests
{
    private const string ApiKey = "audiences-key";
    private const string Setting = "Ingest:MaxNewAudiences";
    private const string Bin = "tooManyAudiences";

    [Fact]
    public async Task Of_a_message_of_mParticle_the_changes_of_audiences_beyond_the_limit_are_kept_and_the_others_go_on()
    {
        await using var service = await StartAsync(2);
        var project = await service.AddProjectAsync(ApiKey);
        await service.AcceptAsync(Of(1));

        await service.AcceptAsync(Of(1, 2, 3, 4));

        await service.DeliveredAsync(project);
        Assert.Equal(["1@example.com"], service.EmailsOn(8401).Distinct());
        Assert.Equal(["2@example.com"], service.EmailsOn(8402));
        Assert.Empty(service.EmailsOn(8403));
        Assert.Equal(["tooManyAudiences 3 3@example.com", "tooManyAudiences 4 4@example.com"], await KeptAsync(service, project));
        var bin = await BinAsync(service, project);
        Assert.Equal("mParticle: audiences beyond Ingest__MaxNewAudiences", (string?)bin["name"]);
        Assert.StartsWith($"{Bin}: ", (string?)Assert.Single(bin["warnings"]!.AsArray()), StringComparison.Ordinal);
        Assert.Null(bin["listId"]);
        Assert.Equal(4, service.Iterable.Lists(ApiKey).Count);
    }

    [Fact]
    public async Task Another_source_and_another_project_have_room_of_their_own_and_what_an_operator_creates_takes_none()
    {
        await using var service = await StartAsync(1);
        var (one, other) = (await service.AddProjectAsync(ApiKey), await service.AddProjectAsync("other-key"));
        await service.AddSegmentConnectionAsync(one, "\"listId\":8401", "operators");

        Assert.Equal(1, (int)(await service.AcceptEventsAsync(one, Event("a")))["accepted"]!);
        Assert.Equal(1, (int)(await service.AcceptEventsAsync(other, Event("a")))["accepted"]!);
        await service.AcceptCohortAsync(one, CohortWire.Message(["ann"]));

        Assert.Equal(0, (int)(await service.AcceptEventsAsync(one, Event("b")))["accepted"]!);
        Assert.Empty(await KeptAsync(service, other));
        Assert.Equal(["tooManyAudiences b b@example.com"], await KeptAsync(service, one));
    }

    [Fact]
    public async Task Of_a_request_of_Segment_the_others_are_refused_and_kept_once_and_a_replay_delivers_them_the_next_day()
    {
        var clock = new SettableClock();
        await using var service = await StartAsync(1, clock);
        var project = await service.AddProjectAsync(ApiKey);
        string[] events = [Event("a", id: "m-a"), Event("b", id: "m-b", list: "8402", settings: """{"updateExistingUsersOnly":true}"""), Event("c", id: "m-c")];

        for (var i = 0; i < 2; i++)
        {
            var response = await service.AcceptEventsAsync(project, events);
            Assert.Equal((1, "1 m-b tooManyAudiences,2 m-c tooManyAudiences"), ((int)response["accepted"]!, string.Join(',', response["refused"]!.AsArray().Select(r => $"{r!["index"]} {r["messageId"]} {r["reason"]}"))));
        }
        Assert.Equal(["tooManyAudiences b b@example.com", "tooManyAudiences c c@example.com"], await KeptAsync(service, project));
        var bin = (string)(await BinAsync(service, project))["id"]!;
        Assert.Equal((0, 0, 2), Figures(await ReplayAsync(service, bin)));

        clock.SetForward(TimeSpan.FromHours(25));
        // one of them has room now
        Assert.Equal((1, 1, 1), Figures(await ReplayAsync(service, bin)));
        await service.DeliveredAsync(project);
        var call = Assert.Single(service.BodiesOf("/api/lists/subscribe", 8402));
        Assert.Equal((true, "b@example.com"), ((bool)call["updateExistingUsersOnly"]!, (string?)Assert.Single(call["subscribers"]!.AsArray())!["email"]));
        clock.SetForward(TimeSpan.FromHours(25));
        Assert.Equal((2, 2, 0), Figures(await ReplayAsync(service, bin)));
        await service.DeliveredAsync(project);
        Assert.Equal(["c@example.com"], service.EmailsOn(service.Iterable.Lists(ApiKey).Single(l => l.Name == "c").Id));
        Assert.Equal("c", (string?)(await ConnectionAsync(service, project, "c"))["name"]);
    }

    [Fact]
    public async Task A_cohort_beyond_the_limit_is_accepted_and_kept_and_a_higher_limit_lets_a_replay_deliver_it()
    {
        await using var service = await StartAsync(1);
        var project = await service.AddProjectAsync(ApiKey);
        await service.AcceptCohortAsync(project, CohortWire.Message(["ann"], cohort: "c-1", name: "One"));

        var accepted = await service.AcceptCohortAsync(project, CohortWire.Message(["bob", "cyd"], cohort: "c-2", name: "Two"));

        Assert.Equal(2, (int)accepted["received"]!);
        Assert.Equal(["tooManyAudiences c-2 bob@example.com", "tooManyAudiences c-2 cyd@example.com"], await KeptAsync(service, project));
        await service.RestartAsync((Setting, "2"));
        var bin = (string)(await BinAsync(service, project))["id"]!;
        Assert.Equal((1, 2, 0), Figures(await ReplayAsync(service, bin)));
        Assert.Equal(["bob@example.com", "cyd@example.com"], await service.OnListAsync(project, ApiKey, "[Amplitude] Two"));
        // the restart has not made more room than that
        await service.AcceptCohortAsync(project, CohortWire.Message(["dan"], cohort: "c-3", name: "Three"));
        Assert.Contains("tooManyAudiences c-3 dan@example.com", await KeptAsync(service, project));
        // the next message of the cohort brings its name
        await service.AcceptCohortAsync(project, CohortWire.Message(["eve"], cohort: "c-2", name: "Two"));
        await service.DeliveredAsync(project);
        Assert.Equal("[Amplitude] Two", (string?)(await ConnectionAsync(service, project, "c-2"))["listName"]);
    }

    [Fact]
    public async Task A_list_of_Amplitudes_partners_beyond_the_limit_is_refused_and_known_ones_are_answered()
    {
        await using var service = await StartAsync(1);
        var project = await service.AddProjectAsync(ApiKey);
        var known = await ListAsync("One");
        known.Expect(200);

        var refused = await ListAsync("Two");

        Assert.Contains("Ingest:MaxNewAudiences", (string?)refused.ExpectProblem(429)["detail"], StringComparison.Ordinal);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal((string?)known.Json["id"], (string?)(await ListAsync("One")).Expect(200)["id"]);
        Assert.Single((await service.GetAsync($"/api/v1/connections?projectId={project}")).Items);

        Task<ServiceResponse> ListAsync(string name) => service.PostAsync($"/ingest/amplitude/{project}/lists", $$"""{"name":"{{name}}"}""", TestService.IngestKey);
    }

    [Fact]
    public async Task A_subscription_of_mParticle_beyond_the_limit_is_answered_and_changes_the_bin_in_nothing()
    {
        await using var service = await StartAsync(0);
        var project = await service.AddProjectAsync(ApiKey);

        foreach (var action in (string[])["add", "update", "remove"]) await service.AcceptAsync(Firehose.Subscription(ApiKey, action));

        var bin = await BinAsync(service, project);
        Assert.Equal(("active", null), ((string?)bin["state"], (string?)bin["listId"]));
        Assert.Single((await service.GetAsync($"/api/v1/connections?projectId={project}")).Items);
    }

    [Fact]
    public async Task Requests_at_the_same_time_create_no_more_than_the_limit()
    {
        await using var service = await StartAsync(10);
        var project = await service.AddProjectAsync(ApiKey);

        var accepted = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
            (int)(await service.AcceptEventsAsync(project, [.. Enumerable.Range(0, 5).Select(n => Event($"{i}_{n}"))]))["accepted"]!));

        Assert.Equal(10, accepted.Sum());
        Assert.Equal(30, (await KeptAsync(service, project)).Length);
        Assert.Equal(11, (await service.GetAsync($"/api/v1/connections?projectId={project}&limit=200")).Items.Count);
    }

    [Fact]
    public async Task An_operator_may_rename_pause_and_delete_what_keeps_them_and_nothing_of_a_neighbour_changes()
    {
        await using var service = await StartAsync(1);
        var project = await service.AddProjectAsync(ApiKey);
        await service.AcceptEventsAsync(project, Event("a"), Event("b"));
        var bin = $"/api/v1/connections/{(string?)(await BinAsync(service, project))["id"]}";

        (await service.PatchAsync(bin, """{"name":"Not yet"}""")).Expect(200);
        (await service.PostAsync($"{bin}/pause", "{}")).Expect(200);
        Assert.Equal(1, (int)(await service.AcceptEventsAsync(project, Event("a"), Event("c")))["accepted"]!);
        Assert.Equal(["tooManyAudiences b b@example.com", "tooManyAudiences c c@example.com"], await KeptAsync(service, project));
        (await service.SendAsync(HttpMethod.Delete, bin)).Expect(204);
        Assert.Empty(await KeptAsync(service, project));
        await service.AcceptEventsAsync(project, Event("d"));
        Assert.Equal(["tooManyAudiences d d@example.com"], await KeptAsync(service, project));
    }

    [Fact]
    public async Task An_audience_that_bears_the_name_of_the_bin_never_gets_a_list()
    {
        await using var service = await StartAsync(5);
        var project = await service.AddProjectAsync(ApiKey);

        for (var i = 0; i < 2; i++) Assert.Equal(0, (int)(await service.AcceptEventsAsync(project, Event(Bin)))["accepted"]!);

        Assert.Equal([$"{Bin} {Bin} {Bin}@example.com", $"{Bin} {Bin} {Bin}@example.com"], await KeptAsync(service, project));
        Assert.Null((await BinAsync(service, project))["listName"]);
    }

    [Fact]
    public async Task A_replay_does_not_overtake_what_came_for_the_audience_since()
    {
        await using var service = await StartAsync(0);
        var project = await service.AddProjectAsync(ApiKey);
        await service.AcceptAsync(Of(1));
        await service.AcceptAsync(Of(2));
        await service.RestartAsync((Setting, "1000"));
        await service.AcceptAsync(Of("delete", 1));
        await service.DeliveredAsync(project);

        var bin = (string)(await BinAsync(service, project))["id"]!;
        Assert.Equal((2, 2, 0), Figures(await ReplayAsync(service, bin)));

        await service.DeliveredAsync(project);
        Assert.Empty(service.EmailsOn(8401));
        Assert.Equal(["2@example.com"], service.EmailsOn(8402));
        Assert.Equal(1, (int)(await ConnectionAsync(service, project, "1"))["status"]!["superseded"]!);
    }

    [Fact]
    public async Task Very_many_audiences_beyond_the_limit_are_each_named()
    {
        await using var service = await StartAsync(0);
        var project = await service.AddProjectAsync(ApiKey);

        await service.AcceptEventsAsync(project, [.. Enumerable.Range(0, 600).Select(i => Event($"a{i}"))]);

        var named = new HashSet<string>();
        var batch = Assert.Single(await service.BatchesOfAsync(project))!;
        Assert.Equal(600, (int)batch["reasons"]![Bin]!);
        for (var after = ""; after is not null;)
        {
            var page = await service.GetAsync($"/api/v1/batches/{(string?)batch["id"]}/members?limit=200{after}");
            foreach (var member in page.Items) Assert.True(named.Add((string)member!["detail"]!));
            after = (string?)page.Json["next"] is { } next ? $"&after={next}" : null;
        }
        Assert.Equal(600, named.Count);
        await service.RestartAsync((Setting, "1000"));
        Assert.Equal((1, 600, 0), Figures(await ReplayAsync(service, (string)batch["connectionId"]!)));
        Assert.Equal(601, service.Projects.ConnectionsOf(service.Projects.Projects.Single().Id).Count);
    }

    private static async Task<ForwarderFixture> StartAsync(int max, TimeProvider? clock = null)
    {
        var service = await ForwarderFixture.StartAsync(builder => builder.Services.AddSingleton(clock ?? TimeProvider.System), (Setting, $"{max}"));
        foreach (var id in (long[])[8401, 8402, 8403, 8404]) service.Iterable.AddList(ApiKey, $"list {id}", id);
        return service;
    }

    private static string Event(string audience, string? id = null, string? list = null, string settings = "") =>
        SegmentWire.Identify($"{audience}@example.com", audience: audience, list: list, id: id, settings: settings);

    private static string Of(params int[] audiences) => Of("add", audiences);

    /// <summary>One message with a profile for each audience, whose list is 8400 and its number.</summary>
    private static string Of(string action, params int[] audiences)
    {
        var profiles = audiences.Select(i => Firehose.Change(ApiKey, $"{i}@example.com", action, list: $"{8400 + i}", audience: $"{i}").Split("\"user_profiles\":[")[1].TrimEnd()[..^2]);
        return Firehose.Change(ApiKey, time: TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()).Split("\"user_profiles\":[")[0] + $"\"user_profiles\":[{string.Join(',', profiles)}]}}";
    }

    private static async Task<JsonNode> BinAsync(ForwarderFixture service, string project) => await ConnectionAsync(service, project, Bin);

    private static async Task<JsonNode> ConnectionAsync(ForwarderFixture service, string project, string audience) =>
        Assert.Single((await service.GetAsync($"/api/v1/connections?projectId={project}&audienceId={audience}")).Items)!;

    /// <summary>Reason, audience and e-mail of all that is kept for a replay.</summary>
    private static async Task<string[]> KeptAsync(ForwarderFixture service, string project) =>
        [.. (await service.UndeliveredAsync(project)).Select(m => $"{m!["reason"]} {m["detail"]} {m["email"]}").Order(StringComparer.Ordinal)];

    private static async Task<JsonObject> ReplayAsync(ForwarderFixture service, string connection) =>
        (await service.PostAsync($"/api/v1/connections/{connection}/replay", $$"""{"reasons":["{{Bin}}"]}""")).Expect(200);

    private static (int Batches, int Members, int WithoutRoom) Figures(JsonObject replay) =>
        ((int)replay["batches"]!, (int)replay["members"]!, (int?)replay["withoutRoom"] ?? 0);
}
