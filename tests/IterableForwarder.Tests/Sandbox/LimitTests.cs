using Iterable.Sandbox.Projects;

namespace IterableForwarder.Tests.Sandbox;

public sealed class LimitTests : SandboxTest
{
    [Fact]
    public async Task The_sixth_bulk_update_in_a_second_is_answered_with_429()
    {
        for (var n = 0; n < 5; n++) Assert.Equal(200, (await BulkUpdateAsync()).Status);

        var answer = await BulkUpdateAsync();

        var parameters = answer.Json.GetProperty("params");
        Assert.Equal((429, "RateLimitExceeded"), (answer.Status, answer.Code));
        Assert.Equal((5, 0, 1), (parameters.GetProperty("rateLimitLimit").GetInt32(), parameters.GetProperty("rateLimitRemaining").GetInt32(), parameters.GetProperty("rateLimitReset").GetInt32()));
        Assert.Equal(TimeSpan.FromSeconds(1), answer.RetryAfter);
    }

    [Fact]
    public async Task A_bucket_fills_evenly()
    {
        for (var n = 0; n < 5; n++) await BulkUpdateAsync();

        Clock.Advance(TimeSpan.FromMilliseconds(199));
        Assert.Equal(429, (await BulkUpdateAsync()).Status);
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(200, (await BulkUpdateAsync()).Status);
        Assert.Equal(429, (await BulkUpdateAsync()).Status);
    }

    [Fact]
    public async Task Size_and_members_share_five_calls_a_minute()
    {
        var list = NewList();
        for (var n = 0; n < 4; n++) await GetAsync($"/api/lists/{list}/size");
        Assert.Equal(200, (await GetAsync($"/api/lists/getUsers?listId={list}")).Status);

        var answer = await GetAsync($"/api/lists/{list}/size");

        Assert.Equal((429, TimeSpan.FromSeconds(12)), (answer.Status, answer.RetryAfter));
        Assert.Equal(200, (await GetAsync("/api/lists")).Status);
    }

    [Fact]
    public async Task TrackBulk_has_ten_calls_a_second()
    {
        for (var n = 0; n < 10; n++) Assert.Equal(200, (await PostAsync("/api/events/trackBulk", "{\"events\":[]}")).Status);

        Assert.Equal(429, (await PostAsync("/api/events/trackBulk", "{\"events\":[]}")).Status);
        Assert.Equal(200, (await PostAsync("/api/events/track", "{\"eventName\":\"a\",\"userId\":\"1\"}")).Status);
    }

    [Fact]
    public async Task Every_key_has_buckets_of_its_own()
    {
        for (var n = 0; n < 6; n++) await BulkUpdateAsync();

        Assert.Equal(200, (await PostAsync("/api/users/bulkUpdate", "{\"users\":[]}", "another")).Status);
    }

    [Fact]
    public async Task A_429_may_lack_a_Retry_After()
    {
        State.Configure(Key, settings => settings with
        {
            SendRetryAfter = false,
            SendRateLimitParams = false,
            Limits = new ProjectLimits { Lists = new RateLimit(1, 60) },
        });
        await GetAsync("/api/lists");

        var answer = await GetAsync("/api/lists");

        Assert.Equal((429, null), (answer.Status, answer.RetryAfter));
        Assert.Empty(answer.Json.GetProperty("params").EnumerateObject());
    }

    [Fact]
    public async Task A_refused_call_changes_nothing()
    {
        var list = NewList();
        State.Configure(Key, settings => settings with { Limits = new ProjectLimits { Lists = new RateLimit(1, 60) } });
        await SubscribeAsync(list, Member("ann@example.com"));

        await SubscribeAsync(list, Member("bob@example.com"));

        Assert.Single(State.Members(list));
    }

    private Task<Answer> BulkUpdateAsync() => PostAsync("/api/users/bulkUpdate", "{\"users\":[]}");
}
