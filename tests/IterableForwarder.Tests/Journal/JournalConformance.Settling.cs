using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Tests.Changes;

namespace IterableForwarder.Tests.Journal;

public abstract partial class JournalConformance
{
    [Fact]
    public async Task An_entry_settled_step_by_step_adds_up_after_each()
    {
        var batch = await AcceptAsync(BatchOf([.. People(4), Some.Add()]));
        var entry = Assert.Single(await PendingAsync());
        await AssertAccountAsync(batch, "5 = 0 + 0 + 1 + 0 + 4");

        await Journal.Entries.SettleAsync([Settlement(entry, outcomes: [1, 2, 0, 0, 3])]);
        await AssertAccountAsync(batch, "5 = 1 + 1 + 1 + 0 + 2");
        Assert.Equal([1, 2, 0, 0, 3], Assert.Single(await PendingAsync()).Outcomes);

        var refused = new Undelivered(2, Outcome.Rejected, Reasons.Forgotten, "ForgottenUserError: gone");
        await Journal.Entries.SettleAsync([Settlement(entry, outcomes: [1, 2, 4, 0, 3], rejected: refused)]);
        await AssertAccountAsync(batch, "5 = 1 + 1 + 1 + 1 + 1");

        Clock.Advance(TimeSpan.FromMinutes(1));
        await Journal.Entries.SettleAsync([Settlement(entry, outcomes: [1, 2, 4, 1, 3], completed: true)]);
        await AssertAccountAsync(batch, "5 = 2 + 1 + 1 + 1 + 0");
        Assert.Empty(await PendingAsync());
        Assert.Empty(await Journal.Entries.ReadBacklogAsync(CancellationToken.None));
        var account = (await Journal.Outcomes.FindAsync(batch.Id, CancellationToken.None))!;
        Assert.Equal(Clock.GetUtcNow(), account.CompletedAt);
        Assert.Equal(new Dictionary<string, long> { [Reasons.NoEmail] = 1, [Reasons.Forgotten] = 1 }, account.Reasons);
    }

    [Fact]
    public async Task A_settlement_that_is_written_twice_counts_once()
    {
        var batch = await AcceptAsync(BatchOf(People(4)));
        var refused = new Undelivered(2, Outcome.Rejected, Reasons.Forgotten, null);
        var settlement = Settlement(Assert.Single(await PendingAsync()), outcomes: [1, 2, 4, 0], rejected: refused);

        await Journal.Entries.SettleAsync([settlement]);
        await Journal.Entries.SettleAsync([settlement, settlement]);

        await AssertAccountAsync(batch, "4 = 1 + 1 + 0 + 1 + 1");
    }

    [Fact]
    public async Task A_settlement_of_a_missing_entry_changes_nothing()
    {
        var batch = await AcceptAsync(BatchOf(People(2)));

        await Journal.Entries.SettleAsync([Settlement(Assert.Single(await PendingAsync()), delivered: 2, completed: true) with { Seq = 4711 }]);

        await AssertAccountAsync(batch, "2 = 0 + 0 + 0 + 0 + 2");
    }

    [Fact]
    public async Task A_batch_of_several_entries_is_complete_when_the_last_of_them_is()
    {
        var batch = await AcceptAsync(BatchOf(ChunkOf(People(2)), ChunkOf(People(3, from: 2))));
        var entries = (await PendingAsync());

        await Journal.Entries.SettleAsync([Settlement(entries[1], delivered: 3, completed: true)]);
        await AssertAccountAsync(batch, "5 = 3 + 0 + 0 + 0 + 2");
        Assert.Equal(entries[0].Seq, Assert.Single(await PendingAsync()).Seq);

        await Journal.Entries.SettleAsync([Settlement(entries[0], superseded: 2, completed: true)]);
        await AssertAccountAsync(batch, "5 = 3 + 2 + 0 + 0 + 0");
    }

    [Fact]
    public async Task Many_entries_of_several_connections_settle_in_one_go()
    {
        var other = await OtherConnectionAsync();
        var first = await AcceptAsync(BatchOf(People(2)));
        var second = await AcceptAsync(BatchOf(People(3)));
        var third = await AcceptAsync(BatchOf(People(4)) with { FeedId = other });
        PendingEntry[] entries = [.. (await PendingAsync()), .. (await PendingAsync(connection: other))];

        await Journal.Entries.SettleAsync([.. entries.Select(e => Settlement(e, delivered: e.Count, completed: true))]);

        await AssertAccountAsync(first, "2 = 2 + 0 + 0 + 0 + 0");
        await AssertAccountAsync(second, "3 = 3 + 0 + 0 + 0 + 0");
        await AssertAccountAsync(third, "4 = 4 + 0 + 0 + 0 + 0");
    }

    [Fact]
    public async Task What_was_settled_stays_so_after_a_crash_and_the_rest_stays_pending()
    {
        var done = await AcceptAsync(BatchOf(People(2)));
        var half = await AcceptAsync(BatchOf(People(2)));
        var untouched = await AcceptAsync(BatchOf(ChunkOf(People(2)), ChunkOf(Some.Add(), Some.Remove("x@example.com"))));
        var entries = (await PendingAsync());
        await Journal.Entries.SettleAsync([Settlement(entries[0], delivered: 2, completed: true), Settlement(entries[1], outcomes: [2, 0])]);

        await CrashAndOpenAsync();

        Assert.Equal(entries.Skip(1).Select(e => e.Seq), (await PendingAsync()).Select(e => e.Seq));
        Assert.Equal([[2, 0], null, [3, 0]], (await PendingAsync()).Select(e => e.Outcomes));
        Assert.Equal(_connection, Assert.Single(await Journal.Entries.ReadBacklogAsync(CancellationToken.None)).Feed);
        await AssertAccountAsync(done, "2 = 2 + 0 + 0 + 0 + 0");
        await AssertAccountAsync(half, "2 = 0 + 1 + 0 + 0 + 1");
        await AssertAccountAsync(untouched, "4 = 0 + 0 + 1 + 0 + 3");
        await Journal.Probe.CheckAsync(CancellationToken.None);
    }

    [Fact]
    public async Task The_status_tells_the_last_error_until_something_is_delivered()
    {
        await AcceptAsync(BatchOf(People(3)));
        var entry = Assert.Single(await PendingAsync());
        await Journal.Entries.RecordErrorAsync(_project, _connection, "503");
        Assert.Equal((null, "503"), ((await StatusAsync()).LastDeliveredAt, (await StatusAsync()).LastError));

        await Journal.Entries.SettleAsync([Settlement(entry, outcomes: [2, 0, 0])]);
        Assert.Equal("503", (await StatusAsync()).LastError);

        await Journal.Entries.SettleAsync([Settlement(entry, outcomes: [2, 1, 0])]);
        Assert.Equal((Clock.GetUtcNow(), null), ((await StatusAsync()).LastDeliveredAt, (await StatusAsync()).LastError));
    }

    [Fact]
    public async Task An_error_may_be_recorded_before_any_change_and_cleared_again()
    {
        await Journal.Entries.RecordErrorAsync(_project, _connection, "timeout");
        Assert.Equal((0, "timeout"), ((await StatusAsync()).Pending, (await StatusAsync()).LastError));

        await Journal.Entries.RecordErrorAsync(_project, _connection, null);
        Assert.Null((await StatusAsync()).LastError);
        Assert.Empty(await Journal.Entries.ReadBacklogAsync(CancellationToken.None));
    }

    [Fact]
    public async Task The_status_tells_how_long_the_oldest_has_waited()
    {
        Assert.Equal(IterableForwarder.Journal.FeedStatus.None, await StatusAsync());
        await AcceptAsync(BatchOf(People(1)));
        Clock.Advance(TimeSpan.FromSeconds(30));
        await AcceptAsync(BatchOf(People(1, from: 1)));

        Assert.Equal((2, 30.0), ((await StatusAsync()).Pending, (await StatusAsync()).OldestPendingSeconds));

        await Journal.Entries.SettleAsync([Settlement((await PendingAsync())[0], delivered: 1, completed: true)]);
        Assert.Equal((1, 0.0), ((await StatusAsync()).Pending, (await StatusAsync()).OldestPendingSeconds));
    }
}
