using Iterable.Sandbox.Faults;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Ingress.Segment;

/// <summary>Which list an audience feeds.</summary>
public sealed class ListTests(ForwarderFixture service) : IClassFixture<ForwarderFixture>
{
    [Fact]
    public async Task Many_requests_at_once_create_one_list_also_over_restarts()
    {
        await using var own = await ForwarderFixture.StartAsync();
        own.Iterable.Configure("made-key", s => s with { ListVisibilityDelay = TimeSpan.FromSeconds(1) });
        var project = await own.AddProjectAsync("made-key");
        string Event(int i) => SegmentWire.Identify($"m{i}@example.com", audience: "spring", list: null);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => own.AcceptEventsAsync(project, Event(i))));
        await own.RestartAsync();
        await Task.WhenAll(Enumerable.Range(20, 10).Select(i => own.AcceptEventsAsync(project, Event(i))));
        var connection = await own.TheConnectionAsync(project);
        await own.RestartAsync();
        await own.AcceptEventsAsync(project, Event(30));
        await own.DeliveredAsync(project);

        var list = Assert.Single(own.Iterable.Lists("made-key"));
        Assert.Equal(("spring", list.Id, 31), (list.Name, (long)connection["listId"]!, own.EmailsOn(list.Id).Length));
        Assert.Equal("spring", (string?)connection["listName"]);
    }

    [Fact]
    public async Task A_request_does_not_wait_for_Iterable()
    {
        var project = await service.AddProjectAsync("away-key");
        var outage = service.Iterable.AddFault(new Fault { Kind = FaultKind.Status, Status = 503, ApiKey = "away-key" });
        await service.AcceptEventsAsync(project, SegmentWire.Identify("a@example.com", audience: "later", list: null));
        var shown = Assert.Single((await service.GetAsync($"/api/v1/connections?projectId={project}")).Items)!;
        Assert.Equal((null, "later", 1), ((long?)shown["listId"], (string?)shown["listName"], (long)shown["status"]!["pending"]!));

        service.Iterable.RemoveFault(outage);
        var connection = await service.TheConnectionAsync(project);
        Assert.Equal(["a@example.com"], service.EmailsOn((long)connection["listId"]!));
    }

    [Fact]
    public async Task A_connection_that_follows_its_source_takes_the_list_of_the_newest_event()
    {
        var project = await service.AddProjectAsync("follow-key");
        service.Iterable.AddList("follow-key", "One", 401);
        service.Iterable.AddList("follow-key", "Two", 402);
        await service.AcceptEventsAsync(project, SegmentWire.Identify("a@example.com", list: "401", time: "2026-01-15T10:00:00Z"));
        await service.AcceptEventsAsync(project, SegmentWire.Identify("b@example.com", list: "402", time: "2026-01-15T10:00:02Z"));
        await service.AcceptEventsAsync(project, SegmentWire.Identify("c@example.com", list: "401", time: "2026-01-15T10:00:01Z"));
        await service.AcceptEventsAsync(project, SegmentWire.Identify("d@example.com", list: null, time: "2026-01-15T10:00:03Z"));

        Assert.Equal(402, (long)(await service.TheConnectionAsync(project))["listId"]!);
        Assert.Equal(["a@example.com", "c@example.com"], service.EmailsOn(401));
        Assert.Equal(["b@example.com", "d@example.com"], service.EmailsOn(402));
    }

    [Fact]
    public async Task Changes_for_a_list_by_its_name_go_to_the_list_that_the_audience_then_has()
    {
        var project = await service.AddProjectAsync("owed-key");
        service.Iterable.AddList("owed-key", "One", 403);
        service.Iterable.AddFault(new Fault { Kind = FaultKind.Status, Status = 503, ApiKey = "owed-key", Path = "/api/lists" });
        await service.AcceptEventsAsync(project, SegmentWire.Identify("a@example.com", audience: "owed", list: null));
        await service.AcceptEventsAsync(project, SegmentWire.Identify("b@example.com", audience: "owed", list: "403"));

        Assert.Equal(403, (long)(await service.TheConnectionAsync(project))["listId"]!);
        Assert.Equal(["a@example.com", "b@example.com"], service.EmailsOn(403));
        Assert.Equal(["One"], service.Iterable.Lists("owed-key").Select(l => l.Name));
    }

    [Fact]
    public async Task A_list_that_an_operator_chose_is_kept()
    {
        var project = await service.AddProjectAsync("chosen-key");
        service.Iterable.AddList("chosen-key", "One", 404);
        service.Iterable.AddList("chosen-key", "Two", 405);
        await service.AcceptEventsAsync(project, SegmentWire.Identify("a@example.com", list: "404"));
        var id = (string)(await service.TheConnectionAsync(project))["id"]!;
        var put = (await service.PatchAsync($"/api/v1/connections/{id}", """{"listId":405}""")).Expect(200);
        Assert.Equal((false, "vip"), ((bool)put["followsSource"]!, (string?)put["audienceId"]));

        await service.AcceptEventsAsync(project, SegmentWire.Identify("b@example.com", list: "404"), SegmentWire.Identify("c@example.com", list: null));
        Assert.Equal(405, (long)(await service.TheConnectionAsync(project))["listId"]!);
        Assert.Equal(["b@example.com", "c@example.com"], service.EmailsOn(405));
    }
}
