using Iterable.Sandbox.Faults;
using IterableForwarder.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace IterableForwarder.Tests.Delivery;

/// <summary>A clock that is set back must not make delivery wait for the time it has been before.</summary>
public sealed class ClockTests
{
    private readonly SettableClock _clock = new();

    [Fact]
    public async Task A_connection_that_has_just_sent_continues_when_the_clock_is_set_back()
    {
        await using var pipeline = await StartAsync();
        var (connection, list) = await pipeline.ConnectAsync();
        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add("a@x.com")));

        _clock.SetBack(TimeSpan.FromHours(1));
        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add("b@x.com")));

        Assert.Equal(["a@x.com", "b@x.com"], pipeline.EmailsOn(list));
    }

    [Fact]
    public async Task A_connection_that_backs_off_tries_again_when_the_clock_is_set_back()
    {
        await using var pipeline = await StartAsync();
        var (connection, list) = await pipeline.ConnectAsync();
        pipeline.Sandbox.State.AddFault(new Fault { Kind = FaultKind.Status, Status = 503, Path = "/api/lists/subscribe" });
        var batch = await pipeline.PostAsync(connection, Wire.Add("a@x.com"));
        await pipeline.ConnectionAsync(connection, c => (string?)c["status"]!["lastError"] is not null);

        _clock.SetBack(TimeSpan.FromHours(1));
        pipeline.Sandbox.State.RemoveFaults();
        await pipeline.CompletedAsync(batch);

        Assert.Equal(["a@x.com"], pipeline.EmailsOn(list));
    }

    [Fact]
    public async Task A_held_project_is_still_probed_when_the_clock_is_set_back()
    {
        await using var pipeline = await StartAsync();
        var (connection, list) = await pipeline.ConnectAsync();
        pipeline.Sandbox.State.Configure(Pipeline.ApiKey, p => p with { Revoked = true });
        var batch = await pipeline.PostAsync(connection, Wire.Add("a@x.com"));
        await pipeline.ConnectionAsync(connection, c => (string?)c["status"]!["lastError"] is not null);

        _clock.SetBack(TimeSpan.FromHours(1));
        pipeline.Sandbox.State.Configure(Pipeline.ApiKey, p => p with { Revoked = false });
        await pipeline.CompletedAsync(batch);

        Assert.Equal(["a@x.com"], pipeline.EmailsOn(list));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_accepted_after_the_clock_was_set_back_is_the_later_change(bool isDeliveredBefore)
    {
        await using var pipeline = await StartAsync();
        var (connection, list) = await pipeline.ConnectAsync();
        if (!isDeliveredBefore) await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/pause");
        var first = await pipeline.PostAsync(connection, Wire.Add("a@x.com"), Wire.Remove("b@x.com"));
        if (isDeliveredBefore) await pipeline.CompletedAsync(first);

        _clock.SetBack(TimeSpan.FromHours(1));
        var second = await pipeline.PostAsync(connection, Wire.Remove("a@x.com"), Wire.Add("b@x.com"));
        if (!isDeliveredBefore) await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/resume");
        await pipeline.CompletedAsync(first);
        var account = await pipeline.CompletedAsync(second);

        Assert.Equal(2, (long)account["counts"]!["delivered"]!);
        Assert.Equal(["b@x.com"], pipeline.EmailsOn(list));
    }

    /// <summary>A change without a time of its own counts as having happened when it was received.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_accepted_while_the_clock_was_a_day_ahead_does_not_win_against_what_happens_afterwards(bool isRestarted)
    {
        await using var pipeline = await StartAsync();
        var (connection, list) = await pipeline.ConnectAsync();
        _clock.SetForward(TimeSpan.FromDays(1));
        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add("a@x.com"), Wire.Add("b@x.com")));
        _clock.SetBack(TimeSpan.FromDays(1));
        if (isRestarted) await pipeline.RestartAsync();
        // the step is noticed with what is accepted next
        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add("c@x.com")));

        var batch = await pipeline.PostAsync(connection, Wire.Remove("a@x.com", $",\"occurredAt\":\"{_clock.GetUtcNow():o}\""));
        var account = await pipeline.CompletedAsync(batch);

        Assert.Equal(1, (long)account["counts"]!["delivered"]!);
        Assert.Equal(["b@x.com", "c@x.com"], pipeline.EmailsOn(list));
    }

    /// <summary>
    /// A time that is too far ahead counts as that of the receipt. The first request after the step was received before anybody noticed the step, and is
    /// newer than all that was accepted before it.
    /// </summary>
    [Fact]
    public async Task The_first_change_after_the_clock_was_set_back_wins_against_those_before()
    {
        await using var pipeline = await StartAsync();
        var (connection, list) = await pipeline.ConnectAsync();
        _clock.SetForward(TimeSpan.FromDays(1));
        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add("a@x.com")));
        _clock.SetBack(TimeSpan.FromDays(1));

        var account = await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Remove("a@x.com", $",\"occurredAt\":\"{_clock.GetUtcNow().AddMinutes(20):o}\"")));

        Assert.Equal(1, (long)account["counts"]!["delivered"]!);
        Assert.Empty(pipeline.EmailsOn(list));
    }

    private Task<Pipeline> StartAsync() => Pipeline.StartAsync(
        customize: builder => builder.Services.AddSingleton<TimeProvider>(_clock),
        settings: ("Delivery:ProbeEvery", "00:00:01"));
}
