using IterableForwarder.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace IterableForwarder.Tests.Ingress.Segment;

/// <summary>A message is done once, however often and in whatever company it comes.</summary>
public sealed class DuplicateTests(ForwarderFixture service) : IClassFixture<ForwarderFixture>
{
    [Fact]
    public async Task Messages_that_are_repeated_in_other_groups_are_answered_and_not_applied_twice()
    {
        var project = await service.AddProjectAsync("group-key");
        service.Iterable.AddList("group-key", "A list", 301);
        string[] events = [.. Enumerable.Range(0, 6).Select(i => SegmentWire.Identify($"m{i}@example.com", i == 4 ? "\"yes\"" : "true", list: "301", id: $"m-{i}"))];
        await service.AcceptEventsAsync(project, events[..5]);
        // he has left meanwhile: doing it again would bring him back
        await service.AcceptEventsAsync(project, SegmentWire.Identify("m0@example.com", "false", list: "301", id: "m-left"));

        var again = await service.AcceptEventsAsync(project, [.. events[2..], events[0]]);

        Assert.Equal("""{"accepted":4,"ignored":0,"refused":[{"index":2,"messageId":"m-4","reason":"badMembership"}]}""", again.ToJsonString());
        Assert.Equal(again.ToJsonString(), (await service.AcceptEventsAsync(project, [.. events[2..], events[0]])).ToJsonString());
        var status = (await service.TheConnectionAsync(project))["status"]!;
        Assert.Equal(["m1@example.com", "m2@example.com", "m3@example.com", "m5@example.com"], service.EmailsOn(301));
        Assert.Equal(7, (long)status["delivered"]! + (long)status["superseded"]! + (long)status["dropped"]!);
        Assert.Equal(1, (long)status["dropped"]!);
    }

    [Fact]
    public async Task A_request_without_anything_new_creates_no_batch()
    {
        var project = await service.AddProjectAsync("nothing-new-key");
        service.Iterable.AddList("nothing-new-key", "A list", 302);
        var one = SegmentWire.Identify("a@example.com", list: "302", id: "m-1");
        for (var i = 0; i < 3; i++) Assert.Equal(1, (int)(await service.AcceptEventsAsync(project, one))["accepted"]!);
        Assert.Equal("m-1", (string?)Assert.Single(await service.BatchesOfAsync(project))!["sourceId"]);
    }

    [Fact]
    public async Task A_message_counts_within_one_project()
    {
        var one = await service.AddProjectAsync("own-key-1");
        var other = await service.AddProjectAsync("own-key-2");
        service.Iterable.AddList("own-key-1", "A list", 303);
        service.Iterable.AddList("own-key-2", "A list", 304);
        await service.AcceptEventsAsync(one, SegmentWire.Identify("a@example.com", list: "303", id: "m-1"));
        await service.AcceptEventsAsync(other, SegmentWire.Identify("a@example.com", list: "304", id: "m-1"));
        await service.TheConnectionAsync(one);
        await service.TheConnectionAsync(other);
        Assert.Equal((1, 1), (service.EmailsOn(303).Length, service.EmailsOn(304).Length));
    }

    [Fact]
    public async Task Each_message_of_overlapping_requests_at_once_is_applied_once()
    {
        const int Messages = 60;
        var project = await service.AddProjectAsync("overlap-key");
        service.Iterable.AddList("overlap-key", "A list", 305);
        string[] events = [.. Enumerable.Range(0, Messages).Select(i => SegmentWire.Identify($"m{i}@example.com", list: "305", id: $"m-{i}"))];

        var responses = await Task.WhenAll(Enumerable.Range(0, 12).Select(r => service.AcceptEventsAsync(project, [.. Enumerable.Range(0, 30).Select(i => events[((r * 5) + i) % Messages])])));

        Assert.All(responses, a => Assert.Equal(30, (int)a["accepted"]!));
        var status = (await service.TheConnectionAsync(project))["status"]!;
        Assert.Equal(Messages, (long)status["delivered"]!);
        Assert.Equal(Messages, (await service.BatchesOfAsync(project)).Sum(b => (long)b!["counts"]!["received"]!));
    }

    [Fact]
    public async Task A_message_is_known_for_a_day_also_after_a_restart()
    {
        var clock = new SettableClock();
        await using var own = await ForwarderFixture.StartAsync(builder => builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock)));
        var project = await own.AddProjectAsync("day-key");
        own.Iterable.AddList("day-key", "A list", 12345);
        var message = SegmentWire.Identify("a@example.com", id: "m-1");
        await own.AcceptEventsAsync(project, message);
        await own.RestartAsync();
        clock.SetForward(TimeSpan.FromHours(23.9));
        await own.AcceptEventsAsync(project, message);
        Assert.Single(await own.BatchesOfAsync(project));

        clock.SetForward(TimeSpan.FromHours(0.2));
        await own.AcceptEventsAsync(project, message);
        await own.AcceptEventsAsync(project, message);
        Assert.Equal(2, (await own.BatchesOfAsync(project)).Count);
    }

    [Fact]
    public async Task A_connection_that_was_deleted_is_created_again_for_new_changes()
    {
        var project = await service.AddProjectAsync("deleted-key");
        service.Iterable.AddList("deleted-key", "A list", 306);
        await service.AcceptEventsAsync(project, SegmentWire.Identify("a@example.com", list: "306", id: "m-1"));
        var connection = (string)(await service.TheConnectionAsync(project))["id"]!;
        (await service.SendAsync(HttpMethod.Delete, $"/api/v1/connections/{connection}")).Expect(204);

        await service.AcceptEventsAsync(project, SegmentWire.Identify("a@example.com", list: "306", id: "m-1"), SegmentWire.Identify("b@example.com", list: "306", id: "m-2"));
        Assert.Equal(1, (long)(await service.TheConnectionAsync(project))["status"]!["delivered"]!);
        Assert.Equal(["a@example.com", "b@example.com"], service.EmailsOn(306));
    }
}
