namespace IterableForwarder.Tests.Sandbox;

public sealed class EventReadTests : SandboxTest
{
    [Theory]
    [InlineData("/api/events/Ann@example.com")]
    [InlineData("/api/events/byUserId/1")]
    public async Task The_events_of_a_user_are_read_by_either_identifier_the_newest_first(string path)
    {
        await PostAsync("/api/users/update", Member("ann@example.com", "1"));
        await TrackAsync("\"id\":\"e-1\",\"email\":\"ann@example.com\",\"createdAt\":1772366400,\"campaignId\":5,\"dataFields\":{\"a\":1}");
        await TrackAsync("\"id\":\"e-2\",\"userId\":\"1\",\"createdAt\":1772366401");
        await TrackAsync("\"id\":\"e-3\",\"userId\":\"2\",\"createdAt\":1772366402");

        var expected = """
            {"events":[{"_id":"e-2","eventType":"customEvent","eventName":"seen","userId":"1","createdAt":"2026-03-01 12:00:01 +00:00","dataFields":{}},
            {"_id":"e-1","eventType":"customEvent","eventName":"seen","email":"ann@example.com","createdAt":"2026-03-01 12:00:00 +00:00","campaignId":5,"dataFields":{"a":1}}]}
            """;
        Assert.Equal(expected.ReplaceLineEndings(""), (await GetAsync(path)).Text);
    }

    [Fact]
    public async Task Thirty_events_are_read_unless_asked_for_up_to_two_hundred()
    {
        for (var n = 0; n < 40; n++) await TrackAsync($"\"userId\":\"1\",\"id\":\"e-{n}\"");

        Assert.Equal(30, await CountAsync("/api/events/byUserId/1"));
        Assert.Equal(40, await CountAsync("/api/events/byUserId/1?limit=200"));
        Assert.Equal(1, await CountAsync("/api/events/byUserId/1?limit=1"));
        Assert.Equal("BadParams", (await GetAsync("/api/events/byUserId/1?limit=201")).Code);
        Assert.Equal("BadParams", (await GetAsync("/api/events/byUserId/1?limit=0")).Code);
    }

    [Theory]
    [InlineData("/api/events/nobody@example.com")]
    [InlineData("/api/events/byUserId/nobody")]
    public async Task An_unknown_user_has_no_events(string path)
    {
        Assert.Equal("{\"events\":[]}", (await GetAsync(path)).Text);
    }

    private async Task<int> CountAsync(string path) => (await GetAsync(path)).Json.GetProperty("events").GetArrayLength();

    private async Task TrackAsync(string more) => Assert.Equal(200, (await PostAsync("/api/events/track", $"{{\"eventName\":\"seen\",{more}}}")).Status);
}
