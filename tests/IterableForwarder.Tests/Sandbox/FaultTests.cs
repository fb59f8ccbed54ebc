using Iterable.Sandbox.Faults;

namespace IterableForwarder.Tests.Sandbox;

public sealed class FaultTests : SandboxTest
{
    [Fact]
    public async Task Status_answers_with_the_envelope_so_many_times_and_applies_nothing()
    {
        var list = NewList();
        State.AddFault(new Fault { Kind = FaultKind.Status, Path = "/api/lists/subscribe", Status = 503, Code = "DatabaseError", Message = "down", RetryAfterSeconds = 7, Times = 2 });

        for (var n = 0; n < 2; n++)
        {
            var answer = await SubscribeAsync(list, Member("ann@example.com"));
            Assert.Equal((503, "DatabaseError", "down", TimeSpan.FromSeconds(7)), (answer.Status, answer.Code, answer.Message, answer.RetryAfter));
        }
        Assert.Empty(State.Users(Key));
        Assert.Equal(200, (await SubscribeAsync(list, Member("ann@example.com"))).Status);
        Assert.Empty(State.Faults);
    }

    [Fact]
    public async Task Reset_cuts_the_connection_and_applies_nothing()
    {
        var list = NewList();
        State.AddFault(new Fault { Kind = FaultKind.Reset, Times = 1 });

        await Assert.ThrowsAsync<HttpRequestException>(() => SubscribeAsync(list, Member("ann@example.com")));

        Assert.Empty(State.Members(list));
        Assert.Null(Assert.Single(State.Calls()).Status);
    }

    [Fact]
    public async Task Hang_never_answers_and_applies_nothing()
    {
        var list = NewList();
        State.AddFault(new Fault { Kind = FaultKind.Hang });
        using var patience = new CancellationTokenSource();

        var call = SendAsync(HttpMethod.Post, "/api/lists/subscribe", $"{{\"listId\":{list},\"subscribers\":[{Member("ann@example.com")}]}}", Key, patience.Token);
        await State.WaitForCallsAsync(1, "/api/lists/subscribe");
        Clock.Advance(TimeSpan.FromHours(1));
        Assert.False(call.IsCompleted);
        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Empty(State.Members(list));
        Assert.Equal("hang", Assert.Single(State.Calls()).Fault);
    }

    [Fact]
    public async Task A_stopping_sandbox_ends_hanging_calls()
    {
        State.AddFault(new Fault { Kind = FaultKind.Hang });
        var call = GetAsync("/api/lists");
        await State.WaitForCallsAsync(1);

        await Server.DisposeAsync();

        await Assert.ThrowsAsync<HttpRequestException>(() => call);
    }

    [Fact]
    public async Task AppliedThenLost_applies_and_cuts_the_connection()
    {
        var list = NewList();
        State.AddFault(new Fault { Kind = FaultKind.AppliedThenLost, Times = 1 });

        await Assert.ThrowsAsync<HttpRequestException>(() => SubscribeAsync(list, Member("ann@example.com")));

        Assert.Single(State.Members(list));
        Assert.Equal(200, Assert.Single(State.Calls()).Status);
    }

    [Fact]
    public async Task Truncated_applies_and_sends_half_an_answer()
    {
        var list = NewList();
        State.AddFault(new Fault { Kind = FaultKind.Truncated, Times = 1 });

        await Assert.ThrowsAnyAsync<Exception>(() => SubscribeAsync(list, Member("ann@example.com")));

        Assert.Single(State.Members(list));
    }

    [Fact]
    public async Task Delay_applies_and_answers_when_the_time_has_come()
    {
        var list = NewList();
        State.AddFault(new Fault { Kind = FaultKind.Delay, DelayMilliseconds = 60_000, Times = 1 });

        var call = SubscribeAsync(list, Member("ann@example.com"));
        await AdvanceUntilAsync(call);

        Assert.Equal(1, (await call).Succeeded);
        Assert.Single(State.Members(list));
    }

    [Fact]
    public async Task Delay_applies_even_when_the_client_has_gone()
    {
        var list = NewList();
        State.AddFault(new Fault { Kind = FaultKind.Delay, DelayMilliseconds = 60_000, Times = 1 });
        using var patience = new CancellationTokenSource();
        var call = SendAsync(HttpMethod.Post, "/api/lists/subscribe", $"{{\"listId\":{list},\"subscribers\":[{Member("ann@example.com")}]}}", Key, patience.Token);
        await State.WaitForCallsAsync(1, "/api/lists/subscribe");
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Empty(State.Members(list));

        while (State.FindList(list)!.MemberCount == 0)
        {
            Clock.Advance(TimeSpan.FromSeconds(61));
            await Task.Yield();
        }

        Assert.Equal(200, Assert.Single(State.Calls()).Status);
    }

    [Theory]
    [InlineData(null, 502)]
    [InlineData(200, 200)]
    public async Task Html_answers_with_a_page_and_applies_nothing(int? asked, int status)
    {
        var list = NewList();
        State.AddFault(new Fault { Kind = FaultKind.Html, Status = asked });

        var answer = await SubscribeAsync(list, Member("ann@example.com"));

        Assert.Equal((status, "text/html"), (answer.Status, answer.MediaType));
        Assert.Empty(State.Members(list));
    }

    [Fact]
    public async Task Empty_answers_with_nothing_and_applies_nothing()
    {
        var list = NewList();
        State.AddFault(new Fault { Kind = FaultKind.Empty });

        var answer = await SubscribeAsync(list, Member("ann@example.com"));

        Assert.Equal((200, ""), (answer.Status, answer.Text));
        Assert.Empty(State.Members(list));
    }

    [Fact]
    public async Task A_fault_applies_only_to_its_path_its_key_and_its_text()
    {
        State.AddFault(new Fault { Kind = FaultKind.Status, Path = "/api/lists/*", ApiKey = "bad-luck", WhenBodyContains = "poison" });
        var list = NewList("bad-luck");
        var body = $"{{\"listId\":{list},\"subscribers\":[{Member("poison@example.com")}]}}";

        Assert.Equal(503, (await PostAsync("/api/lists/subscribe", body, "bad-luck")).Status);
        Assert.Equal(200, (await PostAsync("/api/lists/subscribe", body.Replace("poison", "fine", StringComparison.Ordinal), "bad-luck")).Status);
        Assert.Equal(400, (await PostAsync("/api/lists/subscribe", body)).Status);
        Assert.Equal(200, (await PostAsync("/api/users/update", Member("poison@example.com"), "bad-luck")).Status);
        Assert.Equal(1, Assert.Single(State.Faults).Played);
    }

    [Fact]
    public async Task Of_several_faults_the_first_added_applies_until_it_is_removed()
    {
        var first = State.AddFault(new Fault { Kind = FaultKind.Status, Status = 500 });
        State.AddFault(new Fault { Kind = FaultKind.Status, Status = 504 });

        Assert.Equal(500, (await GetAsync("/api/lists")).Status);
        Assert.True(State.RemoveFault(first));
        Assert.Equal(504, (await GetAsync("/api/lists")).Status);
        State.RemoveFaults();
        Assert.Equal(200, (await GetAsync("/api/lists")).Status);
    }

    [Fact]
    public async Task A_status_fault_needs_no_key_and_takes_no_token()
    {
        State.AddFault(new Fault { Kind = FaultKind.Status, Status = 429, Times = 20 });

        for (var n = 0; n < 20; n++) Assert.Equal("RateLimitExceeded", (await PostAsync("/api/users/bulkUpdate", "{\"users\":[]}")).Code);
        Assert.Equal(200, (await PostAsync("/api/users/bulkUpdate", "{\"users\":[]}")).Status);
    }

    [Fact]
    public void An_invalid_fault_is_refused()
    {
        Assert.Throws<ArgumentException>(() => State.AddFault(new Fault { Kind = FaultKind.Delay }));
        Assert.Throws<ArgumentException>(() => State.AddFault(new Fault { Kind = FaultKind.Status, Status = 99 }));
        Assert.Throws<ArgumentException>(() => State.AddFault(new Fault { Kind = FaultKind.Reset, Times = 0 }));
    }

    /// <summary>The call may reach its delay only after the clock was first moved; so it is moved until it is through.</summary>
    private async Task AdvanceUntilAsync(Task call)
    {
        await State.WaitForCallsAsync(1);
        while (!call.IsCompleted)
        {
            Clock.Advance(TimeSpan.FromSeconds(61));
            await Task.Yield();
        }
    }
}
