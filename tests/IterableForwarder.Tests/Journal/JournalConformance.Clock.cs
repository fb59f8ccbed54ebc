using IterableForwarder.Changes;
using IterableForwarder.Tests.Changes;

namespace IterableForwarder.Tests.Journal;

public abstract partial class JournalConformance
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Fact]
    public async Task After_the_clock_was_set_back_nothing_counts_as_received_later_than_that()
    {
        var before = Clock.GetUtcNow();
        await AcceptAsync(BatchOf(Some.Add("before@example.com")));
        Clock.AdjustTime(before + Day);
        await AcceptAsync(BatchOf(Some.Add("ahead@example.com")));
        var late = BatchOf(Some.Add("under.way@example.com"));
        Clock.AdjustTime(before + TimeSpan.FromMinutes(1));
        await AcceptAsync(late);
        Clock.AdjustTime(before + TimeSpan.FromMinutes(2));
        await AcceptAsync(BatchOf(Some.Add("after@example.com")));

        DateTimeOffset[] received = [before, before + TimeSpan.FromMinutes(1), before + TimeSpan.FromMinutes(1), before + TimeSpan.FromMinutes(2)];
        Assert.Equal(received, (await PendingAsync()).Select(e => e.ReceivedAt));

        await RestartAsync();
        Assert.Equal(received, (await PendingAsync()).Select(e => e.ReceivedAt));
    }

    [Fact]
    public async Task A_clock_that_was_set_back_between_two_starts_is_noticed_at_the_second()
    {
        var before = Clock.GetUtcNow();
        Clock.AdjustTime(before + Day);
        await AcceptAsync(BatchOf(Some.Add("ahead@example.com")));
        Clock.AdjustTime(before);

        await CrashAndOpenAsync();
        Clock.AdjustTime(before + TimeSpan.FromMinutes(1));

        Assert.Equal(before, Assert.Single(await PendingAsync()).ReceivedAt);
    }

    [Fact]
    public async Task What_was_received_by_a_right_clock_keeps_its_time_of_receipt()
    {
        var first = Clock.GetUtcNow();
        await AcceptAsync(BatchOf(Some.Add("first@example.com")));
        Clock.AdjustTime(first + TimeSpan.FromHours(1));
        await AcceptAsync(BatchOf(Some.Add("second@example.com")));
        // what a server of time corrects
        Clock.AdjustTime(first + TimeSpan.FromHours(1) - TimeSpan.FromMilliseconds(300));
        await AcceptAsync(BatchOf(Some.Add("third@example.com")));

        Assert.Equal([first, first + TimeSpan.FromHours(1)], (await PendingAsync()).Take(2).Select(e => e.ReceivedAt));
    }

    /// <summary>A replay keeps the time that its changes had first.</summary>
    [Fact]
    public async Task A_replay_of_what_was_received_by_a_clock_that_was_ahead_has_the_time_of_the_step()
    {
        var before = Clock.GetUtcNow();
        Clock.AdjustTime(before + Day);
        await AcceptAsync(BatchOf(Some.Add(customerId: "c-1")));
        Clock.AdjustTime(before);
        await AcceptAsync(BatchOf(Some.Add("after@example.com")));

        var undelivered = await Journal.Outcomes.WalkUndeliveredAsync(new(_connection, null, null, [Outcome.Dropped], []), CancellationToken.None).ToListAsync();

        Assert.Equal(before.ToUnixTimeMilliseconds(), Assert.Single(Assert.Single(undelivered).Changes).Origin.Time);
    }
}
