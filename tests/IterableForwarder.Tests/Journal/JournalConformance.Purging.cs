using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Retention;
using IterableForwarder.Tests.Changes;
using Microsoft.Extensions.DependencyInjection;

namespace IterableForwarder.Tests.Journal;

public abstract partial class JournalConformance
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    [Fact]
    public async Task Batches_completed_long_enough_ago_are_purged_whole_and_remain_counted()
    {
        var old = await AcceptAsync(BatchOf(Some.Add("ann@example.com"), Some.Add(), Some.Add("bob@example.com")));
        await Journal.Entries.SettleAsync([Settlement(Assert.Single(await PendingAsync()), delivered: 1, completed: true, rejected: new Undelivered(2, Outcome.Rejected, Reasons.Invalid, null), outcomes: [1, 3, 4])]);
        var allDropped = await AcceptAsync(BatchOf(Some.Add()));
        var empty = await AcceptAsync(BatchOf(Array.Empty<Chunk>()));
        Clock.Advance(TimeSpan.FromDays(1));
        var young = await AcceptAsync(BatchOf(People(2, 10)));
        await Journal.Entries.SettleAsync([Settlement(Assert.Single(await PendingAsync()), delivered: 2, completed: true)]);
        var pending = await AcceptAsync(BatchOf(People(1, 20)));
        Clock.Advance(Week - TimeSpan.FromHours(1));
        var before = await StatusAsync();

        var purged = await PurgeAsync();

        Assert.Equal((3, 2), (purged.Batches, purged.Bodies));
        foreach (var batch in new[] { old, allDropped, empty }) Assert.Null(await Journal.Outcomes.FindAsync(batch.Id, CancellationToken.None));
        Assert.Empty(await Journal.Outcomes.ReadUndeliveredAsync(old.Id, null, -1, 10, CancellationToken.None));
        Assert.Equal(2, (await Journal.Outcomes.FindAsync(young.Id, CancellationToken.None))!.Delivered);
        Assert.Equal(pending.Id, (await Journal.Outcomes.ListAsync(new(null, _connection), null, 10, CancellationToken.None))[0].Id);
        Assert.Single(await PendingAsync());
        Assert.Equal(before, await StatusAsync());
    }

    [Fact]
    public async Task A_batch_is_purged_whole_or_not_at_all()
    {
        var batch = await AcceptAsync(BatchOf(ChunkOf(People(2)), ChunkOf(People(3, 10)), ChunkOf(People(4, 20))));
        var chunks = await PendingAsync();
        await Journal.Entries.SettleAsync([Settlement(chunks[0], delivered: 2, completed: true), Settlement(chunks[2], delivered: 4, completed: true)]);
        Clock.Advance(2 * Week);
        await PurgeAsync();
        await AssertAccountAsync(batch, "9 = 6 + 0 + 0 + 0 + 3");

        await Journal.Entries.SettleAsync([Settlement(chunks[1], delivered: 3, completed: true)]);
        await PurgeAsync();
        await AssertAccountAsync(batch, "9 = 9 + 0 + 0 + 0 + 0");

        Clock.Advance(2 * Week);
        Assert.Equal((1, 3), ((await PurgeAsync()) is var purged ? purged.Batches : 0, purged.Bodies));
        Assert.Null(await Journal.Outcomes.FindAsync(batch.Id, CancellationToken.None));
    }

    [Fact]
    public async Task During_a_purge_every_visible_batch_adds_up_and_others_are_accepted()
    {
        var many = new List<NewBatch>();
        for (var i = 0; i < 600; i++) many.Add(BatchOf(ChunkOf(People(1, i))));
        var large = BatchOf([.. Enumerable.Range(0, 300).Select(i => ChunkOf(People(2, 1000 + (2 * i))))]);
        await Journal.Entries.AcceptAsync([.. many, large], null);
        await Journal.Entries.SettleAsync([.. (await PendingAsync()).Select(e => Settlement(e, delivered: e.Count, completed: true))]);
        Clock.Advance(2 * Week);
        var steps = 0;

        await foreach (var step in UpkeepOf(Journal).PurgeAsync(BoundsNow(), CancellationToken.None))
        {
            steps++;
            var accepted = await AcceptAsync(BatchOf(People(1, 10_000 + steps)));
            Assert.Equal(1, (await Journal.Outcomes.FindAsync(accepted.Id, CancellationToken.None))!.Received);
            Assert.True((await Journal.Outcomes.FindAsync(large.Id, CancellationToken.None)) is null or { Received: 600, Delivered: 600 });
        }

        Assert.True(steps > 5, $"{steps} steps");
        Assert.Equal(steps, (await Journal.Outcomes.ListAsync(new(null, _connection), null, 2000, CancellationToken.None)).Count);
        Assert.Equal(steps, (await StatusAsync()).Pending);
    }

    [Fact]
    public async Task A_purge_that_was_interrupted_is_finished_after_a_crash()
    {
        await AcceptAsync(BatchOf([.. Enumerable.Range(0, 600).Select(i => ChunkOf(People(1, i)))]));
        await Journal.Entries.SettleAsync([.. (await PendingAsync()).Select(e => Settlement(e, delivered: 1, completed: true))]);
        Clock.Advance(2 * Week);
        var done = 0L;
        await foreach (var step in UpkeepOf(Journal).PurgeAsync(BoundsNow(), CancellationToken.None))
        {
            done += step.Bodies;
            if (done > 0) break;
        }
        Assert.InRange(done, 1, 599);

        await CrashAndOpenAsync();

        Assert.Equal(600, done + (await PurgeAsync()).Bodies);
    }

    [Fact]
    public async Task A_repetition_is_known_until_its_retention_ends()
    {
        var idempotencyKey = new IdempotencyKey(_connection.Value, new byte[32], null);
        var batch = await AcceptAsync(BatchOf(People(1)), idempotencyKey);
        await Journal.Entries.SettleAsync([Settlement(Assert.Single(await PendingAsync()), delivered: 1, completed: true)]);
        Clock.Advance(TimeSpan.FromDays(3));
        await PurgeAsync(batches: TimeSpan.FromDays(1), keys: Week);
        Assert.Null(await Journal.Outcomes.FindAsync(batch.Id, CancellationToken.None));

        Assert.Equal(batch.Id, (await Journal.Entries.AcceptAsync([BatchOf(People(1))], idempotencyKey)).BatchId);

        Clock.Advance(TimeSpan.FromDays(5));
        Assert.Equal(1, (await PurgeAsync(batches: TimeSpan.FromDays(1), keys: Week)).Keys);
        await AcceptAsync(BatchOf(People(1)), idempotencyKey);
    }

    [Fact]
    public async Task What_was_purged_makes_no_change_late_any_more()
    {
        await AcceptAsync(BatchOf(Some.Add("ann@example.com", at: Some.Time)));
        await Journal.Entries.SettleAsync([Settlement(Assert.Single(await PendingAsync()), delivered: 1, completed: true)]);
        var seen = new HashSet<ulong> { IterableForwarder.Mapping.MemberFingerprint.OfEmail("ann@example.com"u8) };
        Assert.Single(await Journal.Entries.ReadLaterAsync(_connection, BeforeAll, Some.Time - 1, seen, CancellationToken.None).ToListAsync());

        Clock.Advance(2 * Week);
        await PurgeAsync();

        Assert.Empty(await Journal.Entries.ReadLaterAsync(_connection, BeforeAll, Some.Time - 1, seen, CancellationToken.None).ToListAsync());
    }

    private static IStoreUpkeep UpkeepOf(OpenJournal journal) => journal.Services.GetRequiredService<IStoreUpkeep>();

    private PurgeBounds BoundsNow() => new(Clock.GetUtcNow() - Week, Clock.GetUtcNow() - Week, Clock.GetUtcNow() - Week);

    private async Task<PurgeStep> PurgeAsync(TimeSpan? batches = null, TimeSpan? keys = null)
    {
        var sum = default(PurgeStep);
        var bounds = new PurgeBounds(Clock.GetUtcNow() - (batches ?? Week), Clock.GetUtcNow() - (keys ?? Week), Clock.GetUtcNow() - Week);
        await foreach (var step in UpkeepOf(Journal).PurgeAsync(bounds, CancellationToken.None)) sum += step;
        return sum;
    }
}
