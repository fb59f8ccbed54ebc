using System.Text.Json.Nodes;
using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Ingress.MParticle;
using static IterableForwarder.Tests.Ingress.Amplitude.Cohorts.CohortWire;

namespace IterableForwarder.Tests.Ingress.Amplitude.Cohorts;

/// <summary>Which of several messages counts.</summary>
public sealed class OrderTests(ForwarderFixture service) : IClassFixture<ForwarderFixture>
{
    [Fact]
    public async Task A_message_with_an_accepted_id_is_answered_again_and_not_applied_twice()
    {
        var project = await service.MakeProjectAsync("c-twice");
        var first = await service.AcceptCohortAsync(project, Enter("a", time: null, id: "m-1::enter::0"));
        await service.AcceptCohortAsync(project, Exit("a", time: null, id: "m-1::exit::0"));
        var again = await service.AcceptCohortAsync(project, Enter("a", time: null, id: "m-1::enter::0"));

        Assert.True(JsonNode.DeepEquals(first, again), $"{first} and then {again}");
        Assert.Empty(await service.OnListAsync(project, "c-twice"));
        Assert.Equal(["m-1::enter::0", "m-1::exit::0"], (await service.BatchesAsync(project)).Select(b => (string)b!["sourceId"]!));
    }

    [Fact]
    public async Task A_message_id_is_remembered_over_a_restart_and_refers_to_its_batch()
    {
        await using var own = await ForwarderFixture.StartAsync();
        var project = await own.MakeProjectAsync("c-again");
        var first = await own.AcceptCohortAsync(project, Enter("a", id: "m-1"));
        await own.RestartAsync();
        var again = await own.AcceptCohortAsync(project, Enter("a", id: "m-1"));
        Assert.Equal((string)first["batchId"]!, (string)again["batchId"]!);
        var found = await own.GetAsync("/api/v1/batches?sourceId=m-1");
        Assert.Equal((string)first["batchId"]!, (string)Assert.Single(found.Items)!["id"]!);
    }

    [Fact]
    public async Task A_message_id_counts_within_one_project_and_one_source()
    {
        var first = await service.MakeProjectAsync("c-own-1");
        var second = await service.MakeProjectAsync("c-own-2");
        service.Iterable.AddList("c-own-1", "A list", 4242);
        await service.AcceptAsync(MParticle.MParticle.Change("c-own-1", list: "4242", id: "m-1"));
        await service.AcceptCohortAsync(first, Enter("b", id: "m-1"));
        await service.AcceptCohortAsync(second, Enter("b", id: "m-1"));
        Assert.Equal(["b@example.com"], await service.OnListAsync(first, "c-own-1"));
        Assert.Equal(["b@example.com"], await service.OnListAsync(second, "c-own-2"));
        Assert.Equal(["a@example.com"], service.MembersOf(4242));
    }

    [Fact]
    public async Task Another_message_under_a_used_id_is_answered_and_kept_as_dropped_once()
    {
        var project = await service.MakeProjectAsync("c-reused");
        var first = await service.AcceptCohortAsync(project, Enter("a", id: "m-1"));
        var reused = await service.AcceptCohortAsync(project, Enter("b", id: "m-1"));
        var again = await service.AcceptCohortAsync(project, Enter("b", id: "m-1", time: "1692206999"));
        var exit = await service.AcceptCohortAsync(project, Exit("a", id: "m-1"));

        Assert.Equal(1, (int)reused["received"]!);
        Assert.Equal((string)reused["batchId"]!, (string)again["batchId"]!);
        Assert.Equal(3, new[] { first, reused, exit }.Select(a => (string)a["batchId"]!).Distinct().Count());
        Assert.Equal(["a@example.com"], await service.OnListAsync(project, "c-reused"));
        var undelivered = await service.UndeliveredAsync(project);
        Assert.Equal(["a@example.com remove messageIdReused", "b@example.com add messageIdReused"], undelivered.Select(u => $"{u!["email"]} {u["action"]} {u["reason"]}").Order());
    }

    [Fact]
    public async Task The_same_message_at_once_is_applied_once()
    {
        var project = await service.MakeProjectAsync("c-at-once");
        var message = Enter("a", id: "m-1");
        var responses = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => service.AcceptCohortAsync(project, message)));
        Assert.Single(responses.Select(a => (string)a["batchId"]!).Distinct());
        Assert.Single(await service.BatchesAsync(project));
    }

    /// <summary>G2: the last change wins, also where an earlier computation was held up on its way, and after a restart between them.</summary>
    [Fact]
    public async Task A_message_of_an_earlier_computation_does_not_undo_a_later_one_also_after_a_restart()
    {
        await using var own = await ForwarderFixture.StartAsync();
        var project = await own.MakeProjectAsync("c-late");
        await own.AcceptCohortAsync(project, Enter("stays", time: "2000"));
        await own.AcceptCohortAsync(project, Exit("goes", time: "2000"));
        await own.TheCohortAsync(project);
        await own.RestartAsync();

        await own.AcceptCohortAsync(project, Exit("stays", time: "1999"));
        await own.AcceptCohortAsync(project, Enter("goes", time: "1999"));

        Assert.Equal(["stays@example.com"], await own.OnListAsync(project, "c-late"));
        var status = (await own.TheCohortAsync(project))["status"]!;
        Assert.Equal((2, 2), ((long)status["delivered"]!, (long)status["superseded"]!));
    }

    [Fact]
    public async Task A_later_computation_wins()
    {
        var project = await service.MakeProjectAsync("c-later");
        await service.AcceptCohortAsync(project, Message(["goes", "stays"], time: "1000"));
        await service.AcceptCohortAsync(project, Exit("goes", time: "1001"));
        Assert.Equal(["stays@example.com"], await service.OnListAsync(project, "c-later"));
    }

    [Theory]
    [InlineData("1692206763")]
    [InlineData(null)]
    public async Task Messages_of_one_computation_or_of_no_time_count_in_the_order_of_their_arrival(string? time)
    {
        var key = $"c-same-{time}";
        var project = await service.MakeProjectAsync(key);
        foreach (var enter in (bool[])[true, false, true, false, true]) await service.AcceptCohortAsync(project, Message(["in"], enter, time: time));
        foreach (var enter in (bool[])[true, false, true, false]) await service.AcceptCohortAsync(project, Message(["out"], enter, time: time));
        Assert.Equal(["in@example.com"], await service.OnListAsync(project, key));
    }

    [Fact]
    public async Task A_refused_message_may_come_again_corrected_under_the_same_id()
    {
        var project = await service.MakeProjectAsync("c-mended");
        var message = Enter("a", id: "m-1");
        (await service.SendCohortAsync(project, message.Replace("true", "\"true\"", StringComparison.Ordinal))).ExpectProblem(400);
        await service.AcceptCohortAsync(project, message);
        Assert.Equal(["a@example.com"], await service.OnListAsync(project, "c-mended"));
    }
}
