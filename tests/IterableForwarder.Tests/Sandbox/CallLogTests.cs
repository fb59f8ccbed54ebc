using Iterable.Sandbox;

namespace IterableForwarder.Tests.Sandbox;

public sealed class CallLogTests : SandboxTest
{
    protected override SandboxOptions Options => base.Options with { KeptCalls = 3, KeptBodyBytes = 60, KeptBodiesBytes = 100 };

    [Fact]
    public async Task Only_the_last_calls_are_kept_and_all_are_counted()
    {
        for (var n = 0; n < 5; n++) await GetAsync("/api/lists");

        Assert.Equal([3L, 4L, 5L], State.Calls().Select(call => call.Sequence));
        Assert.Equal(5, State.CallsReceived("/api/lists"));
        Assert.Equal((200, 5L), (Assert.Single(State.CallCounts()).Status!.Value, State.CallCounts()[0].Calls));
    }

    [Fact]
    public async Task A_body_over_the_size_limit_is_not_kept()
    {
        await PostAsync("/api/lists", "{\"name\":\"small\"}");
        await PostAsync("/api/lists", $"{{\"name\":\"{new string('x', 60)}\"}}");

        Assert.Equal(["{\"name\":\"small\"}", null], State.Calls().Select(call => call.Body));
    }

    [Fact]
    public async Task The_oldest_bodies_make_room_for_newer_ones()
    {
        for (var n = 0; n < 3; n++) await PostAsync("/api/lists", $"{{\"name\":\"{new string((char)('a' + n), 39)}\"}}");

        Assert.Equal([false, true, true], State.Calls().Select(call => call.Body is not null));
    }

    [Fact]
    public async Task A_wait_for_calls_ends_once_they_have_come()
    {
        var both = State.WaitForCallsAsync(2, "/api/lists");
        await GetAsync("/api/lists");
        Assert.False(both.IsCompleted);

        await GetAsync("/api/lists");

        await both;
    }

    [Fact]
    public async Task Many_callers_at_once_lose_nothing()
    {
        var list = NewList();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(caller =>
            SubscribeAsync(list, [.. Enumerable.Range(0, 50).Select(n => Member($"u{caller}x{n}@example.com"))])));

        Assert.Equal((1000, 1000L), (State.Members(list).Count, State.FindList(list)!.Adds));
        Assert.Equal(20, State.CallsReceived());
    }
}
