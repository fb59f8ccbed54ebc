using IterableForwarder.Changes;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Mapping;
using IterableForwarder.Tests.Changes;

namespace IterableForwarder.Tests.Journal;

public abstract partial class JournalConformance
{
    [Fact]
    public async Task Entries_are_read_in_the_order_of_acceptance_also_when_interleaved()
    {
        var other = await OtherConnectionAsync();
        for (var i = 0; i < 10; i++) await AcceptAsync(BatchOf(People(1, i)) with { FeedId = i % 2 == 0 ? _connection : other });

        Assert.Equal([0, 2, 4, 6, 8], (await PendingAsync()).Select(e => NumberIn(e)));
        Assert.Equal([1, 3, 5, 7, 9], (await PendingAsync(connection: other)).Select(e => NumberIn(e)));
        Assert.Equal((await PendingAsync()).Select(e => e.Seq).Order(), (await PendingAsync()).Select(e => e.Seq));
    }

    [Fact]
    public async Task As_many_entries_are_read_as_hold_what_is_wanted_and_at_least_one()
    {
        for (var i = 0; i < 4; i++) await AcceptAsync(BatchOf(People(10)));

        foreach (var (most, entries) in new[] { (1, 1), (10, 1), (11, 2), (1000, 4) }) Assert.Equal(entries, (await PendingAsync(maxChanges: most)).Count);
    }

    [Fact]
    public async Task A_slice_of_many_small_entries_is_complete_in_order_and_ends_at_its_limit()
    {
        await Task.WhenAll(Enumerable.Range(0, 600).Select(i => Journal.Entries.AcceptAsync([BatchOf(People(2, i * 2))], null)));

        var all = await Journal.Entries.ReadPendingAsync(_connection, 0, new(int.MaxValue, long.MaxValue), CancellationToken.None);
        var some = await Journal.Entries.ReadPendingAsync(_connection, all.Entries[9].Seq, new(1001, long.MaxValue), CancellationToken.None);
        var rest = await Journal.Entries.ReadPendingAsync(_connection, some.Entries[^1].Seq, new(1000, long.MaxValue), CancellationToken.None);

        Assert.Equal((600, false), (all.Entries.Count, all.IsLimited));
        Assert.Equal(all.Entries.Select(e => e.Seq).Order(), all.Entries.Select(e => e.Seq));
        Assert.True(some.IsLimited);
        Assert.False(rest.IsLimited);
        Assert.Equal(all.Entries.Skip(10).Take(501).Select(e => e.Seq), some.Entries.Select(e => e.Seq));
        Assert.Equal(all.Entries.Skip(511).Select(e => e.Seq), rest.Entries.Select(e => e.Seq));
    }

    [Fact]
    public async Task Reading_continues_after_the_last_entry_read()
    {
        for (var i = 0; i < 3; i++) await AcceptAsync(BatchOf(People(1, i)));

        var first = Assert.Single(await PendingAsync(maxChanges: 1));

        Assert.Equal([1, 2], (await PendingAsync(after: first.Seq)).Select(e => NumberIn(e)));
        Assert.Empty(await PendingAsync(after: (await PendingAsync())[^1].Seq));
    }

    [Fact]
    public async Task Numbers_are_never_reused_even_when_all_earlier_rows_are_deleted()
    {
        await AcceptAsync(BatchOf(People(1)));
        var first = Assert.Single(await PendingAsync());
        await Journal.Entries.SettleAsync([Settlement(first, delivered: 1, completed: true)]);

        await CrashAndOpenAsync();
        await AcceptAsync(BatchOf(People(1)));

        Assert.True(Assert.Single(await PendingAsync()).Seq > first.Seq);
    }

    [Fact]
    public async Task Later_entries_are_found_by_time_and_member_settled_or_not()
    {
        await AcceptAsync(BatchOf(Some.Add("ann@example.com", "1", at: 100)));
        await AcceptAsync(BatchOf(Some.Add("bob@example.com", at: 200), Some.Add("cyd@example.com", at: 50)));
        await AcceptAsync(BatchOf(Some.Remove("ann@example.com", at: 300)));
        await AcceptAsync(BatchOf(Some.Add("ann@example.com", at: 400)) with { FeedId = await OtherConnectionAsync() });
        var entries = await PendingAsync();
        await Journal.Entries.SettleAsync([Settlement(entries[0], delivered: 1, completed: true)]);

        async Task<long[]> LaterAsync(long time, params ulong[] members) => [.. (await Journal.Entries.ReadLaterAsync(_connection, BeforeAll, time, members.ToHashSet(), CancellationToken.None).ToListAsync()).Select(e => e.Seq)];

        var ann = MemberFingerprint.OfEmail("ann@example.com"u8);
        Assert.Equal([entries[0].Seq, entries[2].Seq], await LaterAsync(99, ann));
        Assert.Equal([entries[2].Seq], await LaterAsync(100, ann));
        Assert.Empty(await LaterAsync(300, ann));
        Assert.Equal([entries[0].Seq], await LaterAsync(0, MemberFingerprint.OfUserId("1"u8)));
        Assert.Equal([entries[1].Seq], await LaterAsync(60, MemberFingerprint.OfEmail("cyd@example.com"u8)));
        Assert.Empty(await LaterAsync(0, MemberFingerprint.OfEmail("eve@example.com"u8)));
        Assert.Equal(
            [entries[0].Seq],
            (await Journal.Entries.ReadLaterAsync(_connection, new(entries[2].Seq, entries[2].Seq), 0, new HashSet<ulong> { ann }, CancellationToken.None).ToListAsync()).Select(e => e.Seq));
    }

    [Fact]
    public async Task Pending_changes_in_a_slice_are_not_counted_outside_it()
    {
        await AcceptAsync(BatchOf(Some.Add("ann@example.com", at: 100)));
        await AcceptAsync(BatchOf(Some.Add("ann@example.com", at: 400)));
        await AcceptAsync(BatchOf(Some.Add("ann@example.com", at: 300)));
        await AcceptAsync(BatchOf(Some.Add("ann@example.com", at: 200)));
        await AcceptAsync(BatchOf(Some.Add("ann@example.com", at: 500)) with { FeedId = await OtherConnectionAsync() });
        var seqs = (await PendingAsync()).Select(e => e.Seq).ToList();
        await Journal.Entries.SettleAsync([Settlement((await PendingAsync())[2], delivered: 1, completed: true)]);
        var ann = new HashSet<ulong> { MemberFingerprint.OfEmail("ann@example.com"u8) };

        async Task BesideAsync(int first, int last, long time, long? latest, params int[] entries)
        {
            var slice = new SliceBounds(seqs[first], seqs[last]);
            Assert.Equal(latest, await Journal.Entries.ReadLatestAsync(_connection, slice, time, CancellationToken.None));
            Assert.Equal(entries.Select(i => seqs[i]), (await Journal.Entries.ReadLaterAsync(_connection, slice, time, ann, CancellationToken.None).ToListAsync()).Select(e => e.Seq));
        }

        await BesideAsync(3, 3, 0, 400, 0, 1, 2);
        await BesideAsync(1, 3, 0, 300, 0, 2);
        await BesideAsync(1, 3, 299, 300, 2);
        await BesideAsync(1, 3, 300, null);
        await BesideAsync(0, 3, 0, 300, 2);
        await BesideAsync(0, 2, 0, null);
    }

    [Fact]
    public async Task A_member_is_found_in_a_large_entry_by_one_fingerprint_or_by_many()
    {
        await AcceptAsync(BatchOf(People(2000)));
        var hit = MemberFingerprint.OfEmail("1234@example.com"u8);
        var misses = Enumerable.Range(0, 5000).Select(i => MemberFingerprint.OfEmail(Some.Utf8($"nobody{i}@example.com").Span)).ToHashSet();

        Assert.Single(await Journal.Entries.ReadLaterAsync(_connection, BeforeAll, 0, new HashSet<ulong> { hit }, CancellationToken.None).ToListAsync());
        Assert.Empty(await Journal.Entries.ReadLaterAsync(_connection, BeforeAll, 0, misses, CancellationToken.None).ToListAsync());
        Assert.Empty(await Journal.Entries.ReadLaterAsync(_connection, BeforeAll, 0, misses.Take(3).ToHashSet(), CancellationToken.None).ToListAsync());
        Assert.Single(await Journal.Entries.ReadLaterAsync(_connection, BeforeAll, 0, misses.Append(hit).ToHashSet(), CancellationToken.None).ToListAsync());
    }

    [Fact]
    public async Task Undelivered_members_are_listed_page_by_page_with_the_reasons()
    {
        IEnumerable<Change> Half(int from) => Enumerable.Range(from, 10).Select(i => i % 3 == 0 ? Some.Add(customerId: $"c{i}") : Some.Add($"{i}@example.com", $"c{i}"));
        var batch = await AcceptAsync(BatchOf(ChunkOf(Half(0)), ChunkOf(Half(10))));
        await Journal.Entries.SettleAsync([Settlement((await PendingAsync())[1], outcomes: [0, 4, 3, 0, 0, 3, 0, 0, 3, 0], rejected: new Undelivered(1, Outcome.Rejected, Reasons.Invalid, "bad"))]);

        var seen = new List<UndeliveredChange>();
        while ((await Journal.Outcomes.ReadUndeliveredAsync(batch.Id, null, seen.Count > 0 ? seen[^1].Index : -1, 3, CancellationToken.None)) is { Count: > 0 } page)
        {
            Assert.True(page.Count <= 3);
            seen.AddRange(page);
        }

        Assert.Equal([0, 3, 6, 9, 11, 12, 15, 18], seen.Select(u => u.Index));
        Assert.Equal(seen.Select(u => $"c{u.Index}"), seen.Select(u => Some.Text(u.Change.CustomerId)));
        Assert.Equal((Outcome.Rejected, Reasons.Invalid, "bad"), (seen[4].Outcome, seen[4].Reason, seen[4].Detail));
        Assert.Equal([11], (await Journal.Outcomes.ReadUndeliveredAsync(batch.Id, Outcome.Rejected, -1, 10, CancellationToken.None)).Select(u => u.Index));
        Assert.Equal(7, (await Journal.Outcomes.ReadUndeliveredAsync(batch.Id, Outcome.Dropped, -1, 100, CancellationToken.None)).Count);
        Assert.Empty(await Journal.Outcomes.ReadUndeliveredAsync(batch.Id, Outcome.Rejected, 11, 10, CancellationToken.None));
        Assert.Empty(await Journal.Outcomes.ReadUndeliveredAsync(BatchId.New(Clock), null, -1, 10, CancellationToken.None));
    }

    [Fact]
    public async Task Batches_are_listed_the_newest_first_by_connection_and_by_message()
    {
        var other = await OtherConnectionAsync();
        var batches = new List<NewBatch>();
        for (var i = 0; i < 6; i++)
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            var batch = BatchOf(ChunkOf(People(1)), ChunkOf(People(1))) with { SourceId = i < 2 ? "message" : null, FeedId = i % 3 == 0 ? other : _connection };
            batches.Add(await AcceptAsync(batch));
        }
        async Task<string> NumbersAsync(BatchFilter filter, BatchId? after = null, int limit = 10) =>
            string.Join(' ', (await Journal.Outcomes.ListAsync(filter, after, limit, CancellationToken.None)).Select(a => batches.FindIndex(b => b.Id == a.Id)));

        Assert.Equal("5 4 3 2 1 0", await NumbersAsync(new(null, null)));
        Assert.Equal("5 4", await NumbersAsync(new(null, null), limit: 2));
        Assert.Equal("3 2", await NumbersAsync(new(null, null), after: batches[4].Id, limit: 2));
        Assert.Equal("5 4 2 1", await NumbersAsync(new(null, _connection)));
        Assert.Equal("1 0", await NumbersAsync(new("message", null)));
        Assert.Equal("1", await NumbersAsync(new("message", _connection)));
        Assert.Equal("", await NumbersAsync(new("no such message", null)));
        Assert.Null(await Journal.Outcomes.FindAsync(BatchId.New(Clock), CancellationToken.None));
    }

    private static int NumberIn(PendingEntry entry)
    {
        var offset = 0;
        return int.Parse(Some.Text(ChangeCodec.Read(entry.Changes, ref offset).Email).Split('@')[0], System.Globalization.CultureInfo.InvariantCulture);
    }
}
