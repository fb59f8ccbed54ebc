using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Ingress.Segment;

/// <summary>A message id stands for one content: what is answered as accepted is stored, and a refused event can be mended.</summary>
public sealed class MessageIdTests(ForwarderFixture service) : IClassFixture<ForwarderFixture>
{
    [Fact]
    public async Task A_refused_event_may_come_again_corrected_and_another_one_under_its_id_is_refused()
    {
        var project = await ProjectAsync("mended-key", 901);
        var refused = await SendAsync(project, 901, "a@example.com", "\"true\"");
        Assert.Equal("badMembership", (string?)refused["refused"]![0]!["reason"]);
        Assert.Equal(1, (int)(await SendAsync(project, 901, "a@example.com", "true"))["accepted"]!);
        var reused = await SendAsync(project, 901, "b@example.com", "true");
        Assert.Equal((0, "messageIdReused"), ((int)reused["accepted"]!, (string?)reused["refused"]![0]!["reason"]));
        Assert.Equal(1, (int)(await SendAsync(project, 901, "a@example.com", "true"))["accepted"]!);

        var status = (await service.TheConnectionAsync(project))["status"]!;
        Assert.Equal(["a@example.com"], service.EmailsOn(901));
        Assert.Equal((1, 2), ((long)status["delivered"]!, (long)status["dropped"]!));
        Assert.Equal("""{"badMembership":1,"messageIdReused":1}""", await ReasonsAsync(project));
    }

    [Theory]
    [InlineData("true", "vip", "u-a@example.com", "A@Example.com ", true)]
    [InlineData("false", "vip", "u-a@example.com", "a@example.com", false)]
    [InlineData("true", "other", "u-a@example.com", "a@example.com", false)]
    [InlineData("true", "vip", "u-other", "a@example.com", false)]
    [InlineData("true", "vip", "u-a@example.com", "b@example.com", false)]
    public async Task The_same_is_who_entered_or_left_what(string member, string audience, string user, string email, bool isSame)
    {
        var key = $"same-{Guid.NewGuid():N}";
        var project = await service.AddProjectAsync(key);
        var list = $"{service.Iterable.AddList(key, "A list").Id}";
        await service.AcceptEventsAsync(project, SegmentWire.Identify("a@example.com", list: list, id: "m-1", time: "2026-01-15T10:00:00Z"));

        var again = await service.AcceptEventsAsync(
            project,
            SegmentWire.Identify(email, member, audience, list, "m-1", "2026-01-15T11:00:00Z", traits: ",\"plan\":\"pro\"").Replace($"u-{email}", user, StringComparison.Ordinal));

        Assert.Equal(isSame ? 1 : 0, (int)again["accepted"]!);
        Assert.Equal(isSame ? 1 : 2, (await service.BatchesOfAsync(project)).Count);
    }

    [Fact]
    public async Task A_message_refused_for_its_id_is_kept_once_and_does_not_supersede_anything()
    {
        var project = await ProjectAsync("last-word-key", 903);
        await SendAsync(project, 903, "a@example.com", "true", "2026-01-15T10:00:00Z");
        // under the id of another: it is dropped, so it does not make the one after it late
        for (var i = 0; i < 3; i++)
            Assert.Equal(0, (int)(await service.AcceptEventsAsync(project, SegmentWire.Identify("b@example.com", "false", list: "903", id: "m-1", time: "2026-01-15T12:00:00Z")))["accepted"]!);
        await service.AcceptEventsAsync(project, SegmentWire.Identify("b@example.com", "true", list: "903", id: "m-2", time: "2026-01-15T11:00:00Z"));

        var status = (await service.TheConnectionAsync(project))["status"]!;
        Assert.Equal(["a@example.com", "b@example.com"], service.EmailsOn(903));
        Assert.Equal((2, 0, 1), ((long)status["delivered"]!, (long)status["superseded"]!, (long)status["dropped"]!));
    }

    [Fact]
    public async Task An_id_is_known_with_its_content_after_a_restart()
    {
        var project = await ProjectAsync("restart-key", 904);
        await SendAsync(project, 904, "a@example.com", "true");
        await service.RestartAsync();
        Assert.Equal(0, (int)(await SendAsync(project, 904, "b@example.com", "true"))["accepted"]!);
        Assert.Equal(1, (int)(await SendAsync(project, 904, "a@example.com", "true"))["accepted"]!);
    }

    private async Task<string> ProjectAsync(string key, long list)
    {
        var project = await service.AddProjectAsync(key);
        service.Iterable.AddList(key, "A list", list);
        return project;
    }

    private Task<System.Text.Json.Nodes.JsonObject> SendAsync(string project, long list, string email, string member, string? time = null) =>
        service.AcceptEventsAsync(project, SegmentWire.Identify(email, member, list: $"{list}", id: "m-1", time: time));

    private async Task<string> ReasonsAsync(string project)
    {
        var reasons = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var batch in await service.BatchesOfAsync(project))
        {
            foreach (var (reason, count) in batch!["reasons"]!.AsObject()) reasons[reason] = reasons.GetValueOrDefault(reason) + (long)count!;
        }
        return System.Text.Json.JsonSerializer.Serialize(reasons);
    }
}
