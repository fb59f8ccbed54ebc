using System.Text.Json.Nodes;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Ingress.Segment;

/// <summary>The audience's settings: each where it belongs, and a doubtful one never unsubscribes anybody from a channel.</summary>
public sealed class SettingsTests(ForwarderFixture service) : IClassFixture<ForwarderFixture>
{
    [Fact]
    public async Task They_follow_the_newest_event_and_return_to_the_default_when_they_are_removed()
    {
        var project = await ProjectAsync("settings-key", 501);
        await SendAsync(project, 501, "1", """{"updateExistingUsersOnly":true,"campaignId":99,"globalUnsubscribe":true}""");
        Assert.Equal("True 99 True", Shown(await service.TheConnectionAsync(project)));
        await SendAsync(project, 501, "3", """{"campaignId":null}""");
        Assert.Equal("False  False", Shown(await service.TheConnectionAsync(project)));
        await SendAsync(project, 501, "2", """{"campaignId":99,"globalUnsubscribe":true}""");
        Assert.Equal("False  False", Shown(await service.TheConnectionAsync(project)));

        var removals = service.BodiesOf("/api/lists/unsubscribe", 501);
        // a late event is sent with what it came with, and sets nothing
        Assert.Equal(["99 True", " False", "99 True"], removals.Select(b => $"{b["campaignId"]} {(bool)b["channelUnsubscribe"]!}"));
        Assert.Equal(["True", "", ""], service.BodiesOf("/api/lists/subscribe", 501).Select(b => $"{(bool?)b["updateExistingUsersOnly"]}"));
        Assert.All(removals, b => Assert.False(b.ContainsKey("updateExistingUsersOnly")));
        Assert.All(service.BodiesOf("/api/lists/subscribe", 501), b => Assert.False(b.ContainsKey("campaignId") || b.ContainsKey("channelUnsubscribe")));
    }

    [Fact]
    public async Task One_of_the_wrong_type_is_a_warning_until_a_right_one_comes_and_changes_nothing_else()
    {
        var project = await ProjectAsync("warning-key", 502);
        await SendAsync(project, 502, "1", """{"updateExistingUsersOnly":true,"campaignId":99,"globalUnsubscribe":true}""");
        await SendAsync(project, 502, "2", """{"updateExistingUsersOnly":"false","campaignId":"7","globalUnsubscribe":"true"}""");
        var doubtful = await service.TheConnectionAsync(project);
        Assert.Equal("True 99 False", Shown(doubtful));
        Assert.Equal(["updateExistingUsersOnly", "campaignId", "globalUnsubscribe"], Warnings(doubtful));

        await SendAsync(project, 502, "3", """{"updateExistingUsersOnly":false,"campaignId":"7","globalUnsubscribe":true}""");
        var better = await service.TheConnectionAsync(project);
        Assert.Equal("False 99 True", Shown(better));
        Assert.Equal(["campaignId"], Warnings(better));
        await service.RestartAsync();
        await SendAsync(project, 502, "4", """{"campaignId":7}""");
        var right = await service.TheConnectionAsync(project);
        Assert.Equal("False 7 False", Shown(right));
        Assert.Empty(Warnings(right));
    }

    [Fact]
    public async Task What_waits_keeps_the_settings_it_came_with_and_the_last_change_wins()
    {
        var project = await ProjectAsync("waiting-key", 505);
        await SendAsync(project, 505, "1", """{"campaignId":1}""");
        var connection = (string)(await service.TheConnectionAsync(project))["id"]!;
        (await service.PostAsync($"/api/v1/connections/{connection}/pause", "{}")).Expect(200);
        await service.AcceptEventsAsync(project, SegmentWire.Identify("a@example.com", "false", list: "505", time: "2026-01-15T10:00:02Z", settings: """{"campaignId":2,"globalUnsubscribe":true}"""));
        await service.AcceptEventsAsync(project, SegmentWire.Identify("b@example.com", "false", list: "505", time: "2026-01-15T10:00:03Z", settings: """{"campaignId":3}"""));
        await service.AcceptEventsAsync(project, SegmentWire.Identify("c@example.com", "false", list: "505", time: "2026-01-15T10:00:04Z"));
        // of somebody who came and went under different settings the last word counts, with its own
        await service.AcceptEventsAsync(
            project,
            SegmentWire.Identify("d@example.com", "true", list: "505", time: "2026-01-15T10:00:05Z", settings: """{"campaignId":5}"""),
            SegmentWire.Identify("d@example.com", "false", list: "505", time: "2026-01-15T10:00:06Z", settings: """{"campaignId":6}"""),
            SegmentWire.Identify("d@example.com", "true", list: "505", time: "2026-01-15T10:00:07Z", settings: """{"campaignId":5}"""));
        (await service.PostAsync($"/api/v1/connections/{connection}/resume", "{}")).Expect(200);

        var shown = await service.TheConnectionAsync(project);
        Assert.Equal("False 5 False", Shown(shown));
        var sent = service.BodiesOf("/api/lists/unsubscribe", 505).Skip(1)
            .SelectMany(b => b["subscribers"]!.AsArray().Select(m => $"{m!["email"]} {b["campaignId"]} {(bool)b["channelUnsubscribe"]!}")).Order();
        Assert.Equal(["a@example.com 2 True", "b@example.com 3 False", "c@example.com 3 False"], sent);
        Assert.Contains("d@example.com", service.EmailsOn(505));
    }

    [Fact]
    public async Task Settings_of_a_late_event_do_not_replace_newer_ones_in_a_request_with_a_newer_event()
    {
        var project = await ProjectAsync("company-key", 507);
        await SendAsync(project, 507, "3", """{"campaignId":3}""");
        await service.AcceptEventsAsync(
            project,
            SegmentWire.Identify("late@example.com", "false", list: "507", time: "2026-01-15T10:00:02Z", settings: """{"campaignId":2}"""),
            SegmentWire.Identify("newer@example.com", "false", list: "507", time: "2026-01-15T10:00:04Z"));

        Assert.Equal("False 3 False", Shown(await service.TheConnectionAsync(project)));
    }

    [Fact]
    public async Task Many_members_whose_settings_alternate_share_calls()
    {
        var project = await ProjectAsync("alternate-key", 506);
        await SendAsync(project, 506, "1", """{"campaignId":1}""");
        var connection = (string)(await service.TheConnectionAsync(project))["id"]!;
        (await service.PostAsync($"/api/v1/connections/{connection}/pause", "{}")).Expect(200);
        for (var i = 0; i < 40; i++)
            await service.AcceptEventsAsync(project, SegmentWire.Identify($"m{i}@example.com", "false", list: "506", time: $"2026-01-15T11:00:{i:00}Z", settings: $$"""{"campaignId":{{1 + (i % 2)}}}"""));
        (await service.PostAsync($"/api/v1/connections/{connection}/resume", "{}")).Expect(200);

        await service.TheConnectionAsync(project);
        var calls = service.BodiesOf("/api/lists/unsubscribe", 506).Skip(1).Select(b => $"{b["campaignId"]} {b["subscribers"]!.AsArray().Count}").Order();
        Assert.Equal(["1 20", "2 20"], calls);
    }

    [Fact]
    public async Task They_do_not_change_what_an_operator_created_or_changed()
    {
        var project = await ProjectAsync("operator-key", 503);
        var made = await service.AddSegmentConnectionAsync(project, "\"listId\":503,\"campaignId\":5,\"channelUnsubscribe\":true");
        await SendAsync(project, 503, "1", """{"updateExistingUsersOnly":true,"campaignId":99,"globalUnsubscribe":"no"}""");
        var connection = await service.TheConnectionAsync(project);
        Assert.Equal((made, "False 5 True"), ((string?)connection["id"], Shown(connection)));
        Assert.Empty(Warnings(connection));
        Assert.Equal(["5 True"], service.BodiesOf("/api/lists/unsubscribe", 503).Select(b => $"{b["campaignId"]} {(bool)b["channelUnsubscribe"]!}"));
    }

    [Fact]
    public async Task Events_of_another_audience_do_not_affect_the_settings()
    {
        var project = await ProjectAsync("other-key", 504);
        await service.AcceptEventsAsync(
            project,
            SegmentWire.Identify("a@example.com", "false", "one", "504", settings: """{"globalUnsubscribe":true}"""),
            SegmentWire.Identify("b@example.com", "false", "two", "504", settings: """{"updateExistingUsersOnly":true}"""),
            SegmentWire.Identify("c@example.com", "false", "three", "504"));
        await service.DeliveredAsync(project);
        var sent = service.BodiesOf("/api/lists/unsubscribe", 504).ToDictionary(b => (string)b["subscribers"]![0]!["email"]!, b => (bool)b["channelUnsubscribe"]!);
        Assert.Equal((true, false, false), (sent["a@example.com"], sent["b@example.com"], sent["c@example.com"]));
    }

    private async Task<string> ProjectAsync(string key, long list)
    {
        var project = await service.AddProjectAsync(key);
        service.Iterable.AddList(key, "A list", list);
        return project;
    }

    /// <summary>An add and a remove, waited for: settings count for what is sent while they hold.</summary>
    private async Task SendAsync(string project, long list, string second, string settings)
    {
        await service.AcceptEventsAsync(
            project,
            SegmentWire.Identify($"in{second}@example.com", "true", list: $"{list}", time: $"2026-01-15T10:00:0{second}Z", settings: settings),
            SegmentWire.Identify($"out{second}@example.com", "false", list: $"{list}", time: $"2026-01-15T10:00:0{second}Z", settings: settings));
        await service.DeliveredAsync(project);
    }

    private static string Shown(JsonNode connection) => $"{(bool)connection["updateExistingUsersOnly"]!} {connection["campaignId"]} {(bool)connection["channelUnsubscribe"]!}";

    private static IEnumerable<string> Warnings(JsonNode connection) => connection["warnings"]!.AsArray().Select(w => ((string)w!).Split(':')[0]);
}
