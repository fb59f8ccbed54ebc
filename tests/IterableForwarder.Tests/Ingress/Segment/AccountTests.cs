using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Ingress.Segment;

/// <summary>Whoever came is answered for, and what counts is what happened last.</summary>
public sealed class AccountTests(ForwarderFixture service) : IClassFixture<ForwarderFixture>
{
    [Fact]
    public async Task Refused_events_are_in_the_response_and_in_the_outcomes()
    {
        var project = await service.AddProjectAsync("account-key", ",\"type\":\"userId\"");
        service.Iterable.AddList("account-key", "A list", 601);
        var response = await service.AcceptEventsAsync(
            project,
            SegmentWire.Identify("a@example.com", list: "601", id: "m-1"),
            """{"type":"page"}""",
            SegmentWire.Identify("b@example.com", "\"true\"", list: "601", id: "m-2"),
            SegmentWire.Identify("c@example.com", list: "601", id: "m-3").Replace("\"userId\"", "\"anonymousId\"", StringComparison.Ordinal));
        Assert.Equal(
            """{"accepted":1,"ignored":1,"refused":[{"index":2,"messageId":"m-2","reason":"badMembership"},{"index":3,"messageId":"m-3","reason":"noIdentifier"}]}""",
            response.ToJsonString());

        await service.TheConnectionAsync(project);
        var batch = Assert.Single(await service.BatchesOfAsync(project))!;
        Assert.Equal("""{"badMembership":1,"noIdentifier":1}""", batch["reasons"]!.ToJsonString());
        var dropped = (await service.GetAsync($"/api/v1/batches/{(string?)batch["id"]}/members?outcome=dropped")).Items;
        Assert.Equal(["1 b@example.com badMembership m-2", "2 c@example.com noIdentifier m-3"], dropped.Select(d => $"{d!["index"]} {d["email"]} {d["reason"]} {d["detail"]}"));
    }

    [Fact]
    public async Task A_message_that_came_alone_is_found_by_its_id()
    {
        var project = await service.AddProjectAsync("alone-key");
        service.Iterable.AddList("alone-key", "A list", 602);
        await service.AcceptEventsAsync(project, SegmentWire.Identify("a@example.com", list: "602", id: "alone-1"));
        (await service.SendEventsAsync(project, SegmentWire.ArrayOf(SegmentWire.Identify("b@example.com", list: "602", id: "alone-2")))).Expect(202);
        await service.AcceptEventsAsync(project, SegmentWire.Identify("c@example.com", list: "602", id: "alone-3"), SegmentWire.Identify("d@example.com", list: "602", id: "alone-4"));

        Assert.Single((await service.GetAsync("/api/v1/batches?sourceId=alone-1")).Items);
        Assert.Single((await service.GetAsync("/api/v1/batches?sourceId=alone-2")).Items);
        Assert.Empty((await service.GetAsync("/api/v1/batches?sourceId=alone-3")).Items);
        Assert.All(await service.BatchesOfAsync(project), b => Assert.Equal("segment", (string?)b!["source"]));
    }

    /// <summary>G2: also when an older event is retried after a newer one, and after a restart between them.</summary>
    [Fact]
    public async Task An_event_retried_late_does_not_undo_a_newer_one_also_after_a_restart()
    {
        await using var own = await ForwarderFixture.StartAsync();
        own.Iterable.AddList("late-key", "A list", 12345);
        var project = await own.AddProjectAsync("late-key");
        await own.AcceptEventsAsync(
            project,
            SegmentWire.Identify("stays@example.com", time: "2026-01-15T10:00:02.500Z"),
            SegmentWire.Identify("goes@example.com", "false", time: "2026-01-15T12:00:02.500+02:00"));
        await own.DeliveredAsync(project);
        await own.RestartAsync();

        await own.AcceptEventsAsync(project, SegmentWire.Identify("stays@example.com", "false", time: "2026-01-15T10:00:02.499Z"));
        await own.AcceptEventsAsync(project, SegmentWire.Identify("goes@example.com", time: "2026-01-15T10:00:02.499Z"));
        var status = (await own.TheConnectionAsync(project))["status"]!;
        Assert.Equal(["stays@example.com"], own.EmailsOn(12345));
        Assert.Equal((2, 2), ((long)status["delivered"]!, (long)status["superseded"]!));
    }

    [Fact]
    public async Task Of_events_of_one_time_the_last_counts()
    {
        var project = await service.AddProjectAsync("order-key");
        service.Iterable.AddList("order-key", "A list", 603);
        foreach (var member in (string[])["true", "false", "true", "false", "true"])
            await service.AcceptEventsAsync(project, SegmentWire.Identify("a@example.com", member, list: "603", time: "2026-01-15T10:00:00Z"), SegmentWire.Identify("b@example.com", member == "true" ? "false" : "true", list: "603", time: "2026-01-15T10:00:00Z"));
        await service.TheConnectionAsync(project);
        Assert.Equal(["a@example.com"], service.EmailsOn(603));
    }
}
