using System.Text.Json.Nodes;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Ingress.MParticle;

/// <summary>Which of several messages counts.</summary>
public sealed class OrderTests(ForwarderFixture service) : IClassFixture<ForwarderFixture>
{
    [Fact]
    public async Task A_message_with_an_accepted_id_is_answered_again_and_not_applied_twice()
    {
        service.Iterable.AddList("twice-key", "A list", 142);
        var add = MParticle.Change("twice-key", list: "142", id: "m-1");
        var first = await service.AcceptAsync(add);
        await service.AcceptAsync(MParticle.Change("twice-key", list: "142", action: "delete", id: "m-2"));
        var again = await service.AcceptAsync(add);

        first.Remove("timestamp_ms");
        again.Remove("timestamp_ms");
        Assert.True(JsonNode.DeepEquals(first, again), $"{first} and then {again}");
        await service.DeliveredOneAsync("twice-key");
        Assert.Empty(service.MembersOf(142));
        Assert.Equal(["m-1", "m-2"], (await service.BatchesAsync(service.ProjectOf("twice-key"))).Select(b => (string)b!["sourceId"]!));
    }

    [Fact]
    public async Task An_id_counts_within_one_project()
    {
        service.Iterable.AddList("own-id-key-1", "A list", 143);
        service.Iterable.AddList("own-id-key-2", "A list", 144);
        await service.AcceptAsync(MParticle.Change("own-id-key-1", list: "143", id: "m-1", account: "1"));
        await service.AcceptAsync(MParticle.Change("own-id-key-2", list: "144", id: "m-1", account: "2"));
        await service.DeliveredOneAsync("own-id-key-1");
        await service.DeliveredOneAsync("own-id-key-2");
        Assert.Equal((1, 1), (service.MembersOf(143).Length, service.MembersOf(144).Length));
    }

    /// <summary>G2: the last change wins, also when an older message is retried after a newer one, and after a restart between them.</summary>
    [Fact]
    public async Task A_message_retried_late_does_not_undo_a_newer_one_also_after_a_restart()
    {
        await using var own = await ForwarderFixture.StartAsync();
        own.Iterable.AddList("late-key", "A list", 42);
        await own.AcceptAsync(MParticle.Change("late-key", "stays@example.com", "add", time: 2_000));
        await own.AcceptAsync(MParticle.Change("late-key", "goes@example.com", "delete", time: 2_000));
        await own.DeliveredOneAsync("late-key");
        await own.RestartAsync();

        await own.AcceptAsync(MParticle.Change("late-key", "stays@example.com", "delete", time: 1_000));
        await own.AcceptAsync(MParticle.Change("late-key", "goes@example.com", "add", time: 1_000));
        var connection = await own.DeliveredOneAsync("late-key");
        Assert.Equal(["stays@example.com"], own.MembersOf(42));
        Assert.Equal((2, 2), ((long)connection["status"]!["delivered"]!, (long)connection["status"]!["superseded"]!));
    }

    [Fact]
    public async Task A_message_id_is_remembered_over_a_restart()
    {
        await using var own = await ForwarderFixture.StartAsync();
        own.Iterable.AddList("again-key", "A list", 42);
        var message = MParticle.Change("again-key", id: "m-1");
        await own.AcceptAsync(message);
        await own.RestartAsync();
        await own.AcceptAsync(message);
        Assert.Single(await own.BatchesAsync(own.ProjectOf("again-key")));
    }

    [Fact]
    public async Task Messages_of_the_same_time_count_in_the_order_of_their_arrival()
    {
        service.Iterable.AddList("same-time-key", "A list", 145);
        foreach (var action in (string[])["add", "delete", "add", "delete"])
            await service.AcceptAsync(MParticle.Change("same-time-key", action: action, list: "145"));
        await service.DeliveredOneAsync("same-time-key");
        Assert.Empty(service.MembersOf(145));
    }

    [Fact]
    public async Task Another_message_under_a_used_id_is_answered_and_kept_as_dropped_once()
    {
        service.Iterable.AddList("reused-key", "A list", 8143);
        await service.AcceptAsync(MParticle.Change("reused-key", email: "a@example.com", list: "8143", id: "reused-1"));
        for (var i = 0; i < 2; i++)
        {
            var response = await service.AcceptAsync(MParticle.Change("reused-key", email: "b@example.com", list: "8143", id: "reused-1", time: 1_714_592_744_065 + i));
            Assert.Equal(("audience_membership_change_response", "reused-1", false), ((string)response["type"]!, (string)response["id"]!, (bool)response["suspend_subscription"]!));
        }
        // the same again, only later
        await service.AcceptAsync(MParticle.Change("reused-key", email: "a@example.com", list: "8143", id: "reused-1", time: 1_714_592_999_000));
        // and of another type
        await service.AcceptAsync("""{"type":"event_processing_request","id":"reused-1","account":{"account_settings":{"apiKey":"reused-key"}},"events":[{"type":"custom_event"}]}""");

        var project = service.ProjectOf("reused-key");
        await service.DeliveredAsync(project);
        Assert.Equal(["a@example.com"], service.MembersOf(8143));
        var undelivered = await service.UndeliveredAsync(project);
        Assert.Equal(["456 b@example.com add dropped messageIdReused", "events  unsupported dropped messageIdReused"], undelivered.Select(u => $"{u!["audienceId"]} {u["email"]} {u["action"]} {u["outcome"]} {u["reason"]}"));
        Assert.Equal(3, (await service.GetAsync("/api/v1/batches?sourceId=reused-1")).Items.Count);
    }

    [Fact]
    public async Task A_refused_message_may_come_again_corrected_under_the_same_id()
    {
        service.Iterable.AddList("mended-key", "A list", 146);
        var message = MParticle.Change("mended-key", list: "146", id: "m-1");
        (await service.SendAsync(message[..^1])).ExpectProblem(400);
        await service.AcceptAsync(message);
        await service.DeliveredOneAsync("mended-key");
        Assert.Single(service.MembersOf(146));
    }
}
