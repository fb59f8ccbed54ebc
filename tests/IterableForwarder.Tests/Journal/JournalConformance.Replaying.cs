using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Mapping;
using IterableForwarder.Tests.Changes;

namespace IterableForwarder.Tests.Journal;

public abstract partial class JournalConformance
{
    [Fact]
    public async Task What_was_not_delivered_is_read_entry_by_entry_with_where_it_comes_from()
    {
        var first = await AcceptAsync(BatchOf(ChunkOf(Some.Add(customerId: "c-1"), Some.Add("ann@example.com")), ChunkOf(Some.Add("bad", at: 5), Some.Add(customerId: "c-2"))));
        Clock.Advance(TimeSpan.FromSeconds(10));
        var second = await AcceptAsync(BatchOf(Some.Add(customerId: "c-3")));
        await AcceptAsync(BatchOf(Some.Add(customerId: "c-4")) with { FeedId = await OtherConnectionAsync() });
        await AcceptAsync(BatchOf(Some.Add("bob@example.com")));
        var entries = await PendingAsync();
        await Journal.Entries.SettleAsync([Settlement(entries[1], outcomes: [4, 3], completed: true, rejected: new Undelivered(0, Outcome.Rejected, Reasons.Invalid, "no address"))]);

        Assert.Equal(["0 c-1 noEmail", "0 bad invalid", "0 c-2 noEmail", "1 c-3 noEmail"], await UndeliveredAsync());
        Assert.Equal(["0 bad invalid"], await UndeliveredAsync(outcomes: [Outcome.Rejected]));
        Assert.Equal(["0 c-1 noEmail", "0 c-2 noEmail", "1 c-3 noEmail"], await UndeliveredAsync(outcomes: [Outcome.Dropped]));
        Assert.Equal(["0 bad invalid"], await UndeliveredAsync(reasons: [Reasons.Invalid, Reasons.Conflict]));
        Assert.Empty(await UndeliveredAsync(reasons: [Reasons.Conflict]));
        Assert.Equal(["1 c-3 noEmail"], await UndeliveredAsync(from: second.ReceivedAt));
        Assert.Equal(["0 c-1 noEmail", "0 bad invalid", "0 c-2 noEmail"], await UndeliveredAsync(from: first.ReceivedAt, to: second.ReceivedAt));
        Assert.Empty(await UndeliveredAsync(from: first.ReceivedAt + TimeSpan.FromTicks(1), to: second.ReceivedAt));
        Assert.Equal(4, (await UndeliveredAsync(to: second.ReceivedAt + TimeSpan.FromTicks(1))).Length);

        var all = (await Journal.Outcomes.WalkUndeliveredAsync(new(_connection, null, null, [Outcome.Dropped, Outcome.Rejected], []), CancellationToken.None).ToListAsync()).SelectMany(e => e.Changes).ToList();
        Assert.Equal(new ChangeOrigin(new(entries[0].Seq, 0), first.ReceivedAt.ToUnixTimeMilliseconds()), all[0].Origin);
        Assert.Equal(new ChangeOrigin(new(entries[1].Seq, 0), 5), all[1].Origin);

        async Task<string[]> UndeliveredAsync(DateTimeOffset? from = null, DateTimeOffset? to = null, Outcome[]? outcomes = null, string[]? reasons = null) =>
        [
            .. (await Journal.Outcomes.WalkUndeliveredAsync(new(_connection, from, to, outcomes ?? [Outcome.Dropped, Outcome.Rejected], reasons ?? []), CancellationToken.None).ToListAsync())
                .SelectMany(e => e.Changes.Select(c => $"{(e.BatchId == first.Id ? 0 : 1)} {Some.Text(c.Change.CustomerId.IsEmpty ? c.Change.Email : c.Change.CustomerId)} {c.Why.Reason}")),
        ];
    }

    [Fact]
    public async Task The_changes_of_a_replay_keep_their_origin_staged_or_not_and_again()
    {
        var origin = new ChangeOrigin(new(3, 1), 77);
        var original = await AcceptAsync(BatchOf(People(1)));
        var replay = BatchOf(await Journal.Entries.StageAsync(_project, Replayed(Some.Add("bob@example.com"), origin)), Replayed(Some.Add(customerId: "c-1", at: 5), origin with { Time = 5 }));
        await AcceptAsync(replay with { ReplayOf = original.Id });
        await CrashAndOpenAsync();

        var entries = await PendingAsync();

        Assert.True(entries[0].Origins.IsEmpty);
        Assert.Equal(origin, ChangeOrigins.At(entries[1].Origins, 0));
        Assert.Equal(original.Id, (await Journal.Outcomes.FindAsync(replay.Id, CancellationToken.None))!.ReplayOf);
        var dropped = Assert.Single(Assert.Single(await Journal.Outcomes.WalkUndeliveredAsync(new(_connection, null, null, [Outcome.Dropped], []), CancellationToken.None).ToListAsync()).Changes);
        Assert.Equal(origin with { Time = 5 }, dropped.Origin);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(1000, true)]
    public async Task For_a_replay_all_that_follows_its_origin_or_has_a_later_time_is_read(int looksFor, bool isIndexed)
    {
        var members = Enumerable.Range(1, looksFor - 1).Select(i => MemberFingerprint.OfUserId(Some.Utf8($"nobody{i}").Span)).Append(MemberFingerprint.OfEmail("ann@example.com"u8));
        await AcceptAsync(BatchOf(Some.Add("ann@example.com", at: 100)));
        await AcceptAsync(BatchOf(Some.Add("ann@example.com", at: 900)));
        await AcceptAsync(BatchOf(Some.Add("ann@example.com", at: 50)));
        await AcceptAsync(BatchOf(Some.Add("bob@example.com", at: 950)));
        await AcceptAsync(BatchOf(Some.Add("ann@example.com")));
        await AcceptAsync(BatchOf(Some.Add("ann@example.com")) with { FeedId = await OtherConnectionAsync() });
        var entries = await PendingAsync();
        if (isIndexed) await IndexAsync();

        Assert.Equal([entries[1].Seq, entries[2].Seq], await NewerAsync(entries[4].Seq, new(new(entries[2].Seq, 0), 500)));
        Assert.Equal([entries[2].Seq, entries[4].Seq], await NewerAsync(long.MaxValue, new(new(entries[2].Seq, 7), long.MaxValue)));

        async Task<IEnumerable<long>> NewerAsync(long seq, ChangeOrigin origin) =>
            (await Journal.Entries.ReadNewerAsync(_connection, seq, origin, members.ToHashSet(), CancellationToken.None).ToListAsync()).Select(e => e.Seq).Order();
    }

    private Chunk Replayed(Change change, ChangeOrigin origin)
    {
        var builder = new ChunkBuilder(Clock.GetUtcNow());
        builder.Add(change, null, origin);
        return builder.Seal(Rule);
    }
}
