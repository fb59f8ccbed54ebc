using IterableForwarder.Changes;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Tests.Changes;
using Microsoft.Extensions.DependencyInjection;

namespace IterableForwarder.Tests.Journal;

public abstract partial class JournalConformance
{
    [Theory]
    [InlineData(3)]
    [InlineData(400)]
    public async Task Whatever_was_dropped_is_shown_once_with_its_reason_and_detail_however_many_there_are(int details)
    {
        var builder = new ChunkBuilder(Clock.GetUtcNow());
        var expected = new List<Undelivered>();
        for (var i = 0; i < 600; i++)
        {
            // pending, dropped with a detail of its own, dropped without one, and dropped for another reason
            var (dropped, detail) = (i % 4) switch
            {
                1 => (Reasons.UnsupportedAction, $"detail {i % details} ü"),
                2 => (Reasons.UnsupportedAction, null),
                3 => (Reasons.TooManyLists, null),
                _ => ((string?)null, (string?)null),
            };
            builder.Add(Some.Add($"{i}@example.com"), detail, dropped: dropped);
            if (dropped is not null) expected.Add(new(i, Outcome.Dropped, dropped, detail));
        }
        var batch = await AcceptAsync(BatchOf(builder.Seal(Rule), ChunkOf(Some.Add(), Some.Add())));
        expected.AddRange([new(600, Outcome.Dropped, Reasons.NoEmail, null), new(601, Outcome.Dropped, Reasons.NoEmail, null)]);
        var entry = Assert.Single(await PendingAsync());
        Assert.Equal(Enumerable.Range(0, 600).Select(i => i % 4 == 0 ? (byte)Outcome.Pending : (byte)Outcome.Dropped), entry.Outcomes);
        var rejected = new Undelivered(4, Outcome.Rejected, Reasons.Invalid, "Iterable's words");
        byte[] outcomes = [.. Enumerable.Range(0, 600).Select(i => i == 4 ? (byte)Outcome.Rejected : i % 4 == 0 ? (byte)Outcome.Delivered : (byte)Outcome.Dropped)];
        await Journal.Entries.SettleAsync([Settlement(entry, outcomes: outcomes, completed: true, rejected: rejected)]);
        expected.Insert(expected.FindIndex(u => u.Position > 4), rejected);

        await AssertAccountAsync(batch, "602 = 149 + 0 + 452 + 1 + 0");
        var account = (await Journal.Outcomes.FindAsync(batch.Id, CancellationToken.None))!;
        Assert.Equal(
            new Dictionary<string, long> { [Reasons.UnsupportedAction] = 300, [Reasons.TooManyLists] = 150, [Reasons.NoEmail] = 2, [Reasons.Invalid] = 1 }, account.Reasons);
        var shown = new List<Undelivered>();
        while (await Journal.Outcomes.ReadUndeliveredAsync(batch.Id, null, shown.Count == 0 ? -1 : shown[^1].Position, 97, CancellationToken.None) is { Count: > 0 } page)
            shown.AddRange(page.Select(u => new Undelivered((int)u.Index, u.Outcome, u.Reason, u.Detail)));
        Assert.Equal(expected, shown);
        var store = Journal.Services.GetRequiredService<IOutcomeStore>();
        Assert.Equal(rejected, await store.FindUndeliveredAsync(new(entry.Seq, 4), CancellationToken.None));
        Assert.Equal(expected[200], await store.FindUndeliveredAsync(new(entry.Seq, expected[200].Position), CancellationToken.None));
        Assert.Null(await store.FindUndeliveredAsync(new(entry.Seq, 8), CancellationToken.None));
        var walked = (await Journal.Outcomes.WalkUndeliveredAsync(new(_connection, null, null, [Outcome.Dropped], [Reasons.TooManyLists]), CancellationToken.None).ToListAsync())
            .SelectMany(e => e.Changes);
        Assert.Equal(Enumerable.Range(0, 150).Select(i => $"{(4 * i) + 3}@example.com"), walked.Select(w => Some.Text(w.Change.Email)));
    }
}
