using IterableForwarder.Changes;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.MemberIndex;
using IterableForwarder.Mapping;
using IterableForwarder.Tests.Changes;
using Microsoft.Extensions.DependencyInjection;

namespace IterableForwarder.Tests.Journal;

public abstract partial class JournalConformance
{
    /// <summary>What is done at leisure so that people are found, done now for all that is there.</summary>
    private async Task IndexAsync()
    {
        var index = Journal.Services.GetRequiredService<IndexedMembers>();
        while (await index.ReadOnAsync(CancellationToken.None)) await index.WriteSegmentAsync();
        await index.WriteSegmentAsync();
    }

    [Fact]
    public async Task A_person_is_found_by_any_identifier_on_every_connection_the_newest_first()
    {
        var other = await OtherConnectionAsync();
        var first = await AcceptAsync(BatchOf([.. People(3), Some.Add("Ann@Example.com ", "c-1", "7")]));
        var second = await AcceptAsync(BatchOf(Some.Remove("ann@example.com", at: 5), Some.Add("bob@example.com", "c-2")) with { FeedId = other });
        var third = await AcceptAsync(BatchOf(Some.Add(customerId: "c-1"), Some.Add("anna@example.com", "c-1")) with { SourceId = "message" });

        Assert.Equal([(second, 0), (first, 3)], Places(await FoundAsync(email: " ANN@example.com"), first, second, third));
        Assert.Equal([(third, 1), (third, 0), (first, 3)], Places(await FoundAsync(customerId: "c-1"), first, second, third));
        Assert.Equal([(first, 3)], Places(await FoundAsync(mpid: "7"), first, second, third));
        Assert.Equal([(third, 1), (third, 0), (second, 0), (first, 3)], Places(await FoundAsync("ann@example.com", "c-1", "7"), first, second, third));
        Assert.Empty(await FoundAsync(customerId: "7"));
        Assert.Empty(await FoundAsync(mpid: "c-1"));
        Assert.Empty(await FoundAsync(customerId: "C-1"));
        Assert.Empty(await FoundAsync(email: "nobody@example.com"));

        var change = (await FoundAsync(email: "ann@example.com"))[0];
        Assert.Equal((other, second.Id, 5L, Outcome.Pending, null), (change.FeedId, change.BatchId, change.Change.OccurredAt, change.Outcome, change.SettledAt));
        Assert.Equal(("message", third.ReceivedAt), ((await FoundAsync(customerId: "c-1"))[0].SourceId, (await FoundAsync(customerId: "c-1"))[0].ReceivedAt));
    }

    [Fact]
    public async Task A_person_is_found_whatever_the_progress_of_the_index_and_after_a_crash()
    {
        var batches = new List<NewBatch>();
        for (var i = 0; i < 9; i++)
        {
            batches.Add(await AcceptAsync(BatchOf([.. People(200, from: i * 200), Some.Add("ann@example.com", $"c-{i}"), Some.Remove("ann@example.com")])));
            if (i is 2 or 5) await IndexAsync();
            Assert.Equal((i + 1) * 2, (await FoundAsync(email: "ann@example.com")).Count);
        }
        await IndexAsync();
        await AcceptAsync(BatchOf(Some.Add("ann@example.com")));
        await CrashAndOpenAsync();

        var found = (await FoundAsync(email: "ann@example.com"));

        Assert.Equal(19, found.Count);
        Assert.Equal(found.OrderByDescending(f => f.Place), found);
        for (var i = 0; i < 9; i++) Assert.Equal([(batches[i], 200)], Places(await FoundAsync(customerId: $"c-{i}"), [.. batches]));
        Assert.Single(await FoundAsync(email: "1234@example.com"));
    }

    [Fact]
    public async Task What_is_found_is_read_page_by_page_while_more_comes_in()
    {
        for (var i = 0; i < 5; i++)
        {
            await AcceptAsync(BatchOf(Some.Add("ann@example.com"), Some.Add("bob@example.com"), Some.Remove("ann@example.com")));
            if (i == 2) await IndexAsync();
        }
        var all = (await FoundAsync(email: "ann@example.com")).Select(f => f.Place).ToList();

        var seen = new List<ChangePlace>();
        var before = ChangePlace.End;
        while ((await Journal.Outcomes.SearchAsync(new("ann@example.com", null, null), before, 3, CancellationToken.None)) is { Count: > 0 } page)
        {
            Assert.True(page.Count <= 3);
            seen.AddRange(page.Select(f => f.Place));
            before = seen[^1];
            await AcceptAsync(BatchOf(Some.Add("ann@example.com")));
            await IndexAsync();
        }

        Assert.Equal(10, all.Count);
        Assert.Equal(all, seen);
    }

    [Fact]
    public async Task Who_has_only_a_placeholder_for_an_address_is_found_by_it()
    {
        var rule = new EntryRule(7, Some.Rule(identity: IdentityRule.Mpid));
        var builder = new ChunkBuilder(Clock.GetUtcNow());
        builder.Add(Some.Add(mpid: "-7246244611012968789"));
        await AcceptAsync(BatchOf(builder.Seal(rule)) with { Rule = rule });
        await IndexAsync();

        Assert.Single(await FoundAsync(email: "-7246244611012968789@placeholder.email"));
        Assert.Single(await FoundAsync(mpid: "-7246244611012968789"));
    }

    [Fact]
    public async Task A_change_is_found_with_its_outcome()
    {
        await AcceptAsync(BatchOf(Some.Add("ann@example.com"), Some.Add("bad"), Some.Add("ann@example.com"), Some.Add(customerId: "c-3")));
        await AcceptAsync(BatchOf(Some.Add(customerId: "c-3")));
        await AcceptAsync(BatchOf(Some.Add("bob@example.com"), Some.Add("ann@example.com")));
        await IndexAsync();
        var entries = await PendingAsync();
        Clock.Advance(TimeSpan.FromSeconds(1));
        await Journal.Entries.SettleAsync([Settlement(
            entries[0], delivered: 1, superseded: 1, outcomes: [2, 4, 1, 3], completed: true, rejected: new Undelivered(1, Outcome.Rejected, Reasons.Invalid, "no address"))]);
        Assert.Equal([Outcome.Pending, Outcome.Delivered, Outcome.Superseded], (await FoundAsync(email: "ann@example.com")).Select(f => f.Outcome));
        await Journal.Entries.SettleAsync([Settlement(entries[1], delivered: 2, completed: true)]);

        Assert.Equal([Outcome.Delivered, Outcome.Delivered, Outcome.Superseded], (await FoundAsync(email: "ann@example.com")).Select(f => f.Outcome));
        var rejected = Assert.Single(await FoundAsync(email: "BAD"));
        Assert.Equal((Outcome.Rejected, Reasons.Invalid, "no address", (DateTimeOffset?)Clock.GetUtcNow()), (rejected.Outcome, rejected.Reason, rejected.Detail, rejected.SettledAt));
        Assert.All(await FoundAsync(customerId: "c-3"), f => Assert.Equal((Outcome.Dropped, Reasons.NoEmail, null), (f.Outcome, f.Reason, f.Detail)));
        Assert.Equal(2, (await FoundAsync(customerId: "c-3")).Count);
    }

    [Fact]
    public async Task Nothing_is_found_of_a_deleted_connection_nor_of_what_was_never_accepted()
    {
        var other = await OtherConnectionAsync();
        await Journal.Entries.StageAsync(_project, ChunkOf(Some.Add("cyd@example.com")));
        for (var i = 0; i < 3; i++)
        {
            await AcceptAsync(BatchOf(Some.Add("ann@example.com")));
            await AcceptAsync(BatchOf(Some.Add("ann@example.com")) with { FeedId = other });
            if (i < 2) await IndexAsync();
        }
        foreach (var entry in (await PendingAsync(connection: other))) await Journal.Entries.SettleAsync([Settlement(entry, delivered: 1, completed: true)]);

        Assert.True(await Journal.Directory.TryDeleteAsync(other, CancellationToken.None));

        Assert.Equal(Enumerable.Repeat(_connection, 3), (await FoundAsync(email: "ann@example.com")).Select(f => f.FeedId));
        Assert.Empty(await FoundAsync(email: "cyd@example.com"));
    }

    private async Task<IReadOnlyList<FoundChange>> FoundAsync(string? email = null, string? customerId = null, string? mpid = null) =>
        await Journal.Outcomes.SearchAsync(new(email, customerId, mpid), ChangePlace.End, 1000, CancellationToken.None);

    private static IEnumerable<(NewBatch Batch, int Index)> Places(IEnumerable<FoundChange> found, params NewBatch[] batches) =>
        found.Select(f => (batches.Single(b => b.Id == f.BatchId), (int)f.Index));
}
