using Iterable.Sandbox;
using Iterable.Sandbox.Projects;

namespace IterableForwarder.Tests.Sandbox;

public sealed class EventTests : SandboxTest
{
    protected override SandboxOptions Options => base.Options with { KeptEvents = 3 };

    [Fact]
    public async Task Events_are_kept_with_64_bit_ids_and_times()
    {
        await BulkAsync("{\"eventName\":\"bought\",\"id\":\"e-1\",\"email\":\"Ann@example.com\",\"createdAt\":4000000000,\"campaignId\":5000000000,\"dataFields\":{\"x\":1}}");

        var kept = Assert.Single(State.Events(Key));
        Assert.Equal(("e-1", "bought", "ann@example.com", 4_000_000_000, 5_000_000_000, "{\"x\":1}"), (kept.Id, kept.EventName, kept.Email, kept.CreatedAt, kept.CampaignId!.Value, kept.DataFields));
        Assert.Equal(1, State.UserCount(Key));
    }

    [Fact]
    public async Task The_same_id_twice_leaves_one_event()
    {
        await BulkAsync("{\"eventName\":\"a\",\"id\":\"e-1\",\"userId\":\"1\"}", "{\"eventName\":\"b\",\"id\":\"e-1\",\"userId\":\"1\"}");

        var kept = Assert.Single(State.Events(Key));
        Assert.Equal(("b", 2), (kept.EventName, kept.TimesReceived));
        Assert.Equal(2, State.EventsReceived(Key));
    }

    [Fact]
    public async Task An_event_without_an_id_gets_one_and_without_a_time_gets_now()
    {
        var answer = await PostAsync("/api/events/track", "{\"eventName\":\"a\",\"userId\":\"1\"}");

        var kept = Assert.Single(State.Events(Key));
        Assert.Equal(kept.Id, answer.Json.GetProperty("params").GetProperty("id").GetString());
        Assert.Equal(Clock.GetUtcNow().ToUnixTimeSeconds(), kept.CreatedAt);
    }

    [Fact]
    public async Task Failures_are_named_by_identifier()
    {
        State.Forget(Key, email: "gone@example.com");

        var answer = await BulkAsync(
            "{\"eventName\":\"a\",\"email\":\"bad\"}",
            "{\"eventName\":\"a\",\"userId\":\"bad \"}",
            "{\"eventName\":\"a\",\"email\":\"gone@example.com\"}",
            "{\"eventName\":\"a\"}",
            "{\"eventName\":\"a\",\"email\":\"ok@example.com\"}");

        Assert.Equal((1, 4), (answer.Succeeded, answer.Failed));
        Assert.Equal(["bad"], answer.FailedUpdates("invalidEmails"));
        Assert.Equal(["bad "], answer.FailedUpdates("invalidUserIds"));
        Assert.Equal(["gone@example.com"], answer.FailedUpdates("forgottenEmails"));
        Assert.False(answer.Json.GetProperty("failedUpdates").TryGetProperty("conflictEmails", out _));
    }

    [Fact]
    public async Task Names_that_are_not_allowed_are_named()
    {
        State.Configure(Key, settings => settings with { DisallowedEventNames = ["secret"] });

        var answer = await BulkAsync("{\"eventName\":\"secret\",\"userId\":\"1\"}", "{\"eventName\":\"a\",\"userId\":\"1\"}");

        Assert.Equal((1, 1), (answer.Succeeded, answer.Failed));
        Assert.Equal(["secret"], answer.Names("disallowedEventNames"));
        Assert.Equal("BadParams", (await PostAsync("/api/events/track", "{\"eventName\":\"secret\",\"userId\":\"1\"}")).Code);
    }

    [Theory]
    [InlineData("{\"userId\":\"1\"}", "events[0].eventName")]
    [InlineData("{\"eventName\":\"a\",\"userId\":\"1\",\"id\":\"no spaces\"}", "events[0].id")]
    [InlineData("{\"eventName\":\"a\",\"userId\":\"1\",\"createdAt\":\"now\"}", "events[0].createdAt")]
    public async Task A_malformed_event_refuses_the_whole_request(string sent, string path)
    {
        var answer = await BulkAsync(sent, "{\"eventName\":\"a\",\"userId\":\"1\"}");

        Assert.Equal((400, "BadParams"), (answer.Status, answer.Code));
        Assert.True(answer.Json.GetProperty("params").TryGetProperty(path, out _));
        Assert.Empty(State.Events(Key));
    }

    [Fact]
    public async Task An_id_above_512_bytes_is_refused()
    {
        Assert.Equal(200, (await BulkAsync($"{{\"eventName\":\"a\",\"userId\":\"1\",\"id\":\"{new string('x', 512)}\"}}")).Status);
        Assert.Equal(400, (await BulkAsync($"{{\"eventName\":\"a\",\"userId\":\"1\",\"id\":\"{new string('x', 513)}\"}}")).Status);
    }

    [Fact]
    public async Task Fields_are_typed_for_each_event_name_apart()
    {
        await BulkAsync("{\"eventName\":\"a\",\"userId\":\"1\",\"dataFields\":{\"x\":1}}");

        Assert.Equal(1, (await BulkAsync("{\"eventName\":\"b\",\"userId\":\"1\",\"dataFields\":{\"x\":\"t\"}}")).Succeeded);
        Assert.Equal("RequestFieldsTypesMismatched", (await BulkAsync("{\"eventName\":\"a\",\"userId\":\"1\",\"dataFields\":{\"x\":\"t\"}}")).Code);
    }

    [Fact]
    public async Task An_event_with_both_identifiers_goes_by_the_projects_own()
    {
        State.Configure("by-id", settings => settings with { Type = ProjectType.UserId });

        await PostAsync("/api/events/track", "{\"eventName\":\"a\",\"email\":\"a@example.com\",\"userId\":\"1\"}", "by-id");
        await PostAsync("/api/events/track", "{\"eventName\":\"a\",\"email\":\"a@example.com\",\"userId\":\"1\"}");

        Assert.Equal("1", Assert.Single(State.Events("by-id")).UserId);
        Assert.Equal("a@example.com", Assert.Single(State.Events(Key)).Email);
    }

    [Fact]
    public async Task Only_the_last_events_are_kept_and_all_are_counted()
    {
        for (var n = 0; n < 5; n++) await PostAsync("/api/events/track", $"{{\"eventName\":\"a\",\"userId\":\"1\",\"id\":\"e{n}\"}}");

        Assert.Equal(["e2", "e3", "e4"], State.Events(Key).Select(kept => kept.Id));
        Assert.Equal(5, State.EventsReceived(Key));
    }

    private Task<Answer> BulkAsync(params string[] events) => PostAsync("/api/events/trackBulk", $"{{\"events\":[{string.Join(',', events)}]}}");
}
