using System.Collections.Concurrent;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Mapping;
using IterableForwarder.Tests.Changes;

namespace IterableForwarder.Tests.Journal;

public abstract partial class JournalConformance
{
    [Fact]
    public async Task What_was_accepted_is_pending_with_all_that_came()
    {
        var change = Some.Change(ChangeAction.Remove, "ann@example.com", "c", "m", """{"a":1}""", Some.Time - 5, hashed: true);
        var batch = await AcceptAsync(BatchOf(change, Some.Add("bob@example.com")) with { SourceId = "message 1", ReplayOf = BatchId.New(Clock) });

        var entry = Assert.Single(await PendingAsync());

        Assert.Equal((_project, _connection, 2), (entry.ProjectId, entry.FeedId, entry.Count));
        Assert.Equal(Some.Encoded(change, Some.Add("bob@example.com")), entry.Changes.ToArray());
        Assert.Equal((Some.Time - 5, Clock.GetUtcNow()), (entry.Earliest, entry.ReceivedAt));
        Assert.Null(entry.Outcomes);
        Assert.Equal(Rule.ListId, entry.Rule.ListId);
        await AssertAccountAsync(batch, "2 = 0 + 0 + 0 + 0 + 2");
        var account = (await Journal.Outcomes.FindAsync(batch.Id, CancellationToken.None))!;
        Assert.Equal((batch.Id, _project, _connection, Source.Members), (account.Id, account.ProjectId, account.FeedId, account.Source));
        Assert.Equal(("message 1", batch.ReplayOf, batch.ReceivedAt), (account.SourceId, account.ReplayOf, account.ReceivedAt));
    }

    [Fact]
    public async Task The_rule_is_kept_as_it_was_then()
    {
        var rule = new EntryRule(9, Some.Rule(ProjectType.UserId, IdentityRule.Mpid, new("town", "city"), new("größe", "Größe \"cm\"")));
        await AcceptAsync(BatchOf(Some.Add("ann@example.com", mpid: "1")) with { Rule = rule });
        await AcceptAsync(BatchOf(Some.Add("ann@example.com", mpid: "1")));

        var rules = (await PendingAsync()).Select(e => e.Rule).ToArray();

        Assert.Equal((9, rule.Mapping.ProjectType, rule.Mapping.Identity), (rules[0].ListId, rules[0].Mapping.ProjectType, rules[0].Mapping.Identity));
        Assert.Equal(rule.Mapping.Attributes, rules[0].Mapping.Attributes);
        Assert.Equal((Rule.ListId, Rule.Mapping.Identity), (rules[1].ListId, rules[1].Mapping.Identity));
    }

    [Fact]
    public async Task What_is_dropped_is_accounted_for_at_once_and_never_pending()
    {
        var batch = await AcceptAsync(BatchOf(Some.Add("ann@example.com"), Some.Add(), Some.Change(ChangeAction.Unsupported, "bob@example.com")));

        Assert.Equal([0, (byte)Outcome.Dropped, (byte)Outcome.Dropped], Assert.Single(await PendingAsync()).Outcomes);
        await AssertAccountAsync(batch, "3 = 0 + 0 + 2 + 0 + 1");
        Assert.Equal(
            [(1, Reasons.NoEmail), (2, Reasons.UnsupportedAction)],
            (await Journal.Outcomes.ReadUndeliveredAsync(batch.Id, null, -1, 10, CancellationToken.None)).Select(u => ((int)u.Index, u.Reason)));
    }

    [Fact]
    public async Task A_batch_of_which_all_is_dropped_is_complete_at_once()
    {
        var batch = await AcceptAsync(BatchOf(Some.Add(), Some.Add()));

        Assert.Empty(await PendingAsync());
        Assert.Empty(await Journal.Entries.ReadBacklogAsync(CancellationToken.None));
        await AssertAccountAsync(batch, "2 = 0 + 0 + 2 + 0 + 0");
        Assert.Equal(Clock.GetUtcNow(), (await Journal.Outcomes.FindAsync(batch.Id, CancellationToken.None))!.CompletedAt);
    }

    [Fact]
    public async Task An_empty_batch_has_an_account_and_nothing_pending()
    {
        var batch = await AcceptAsync(BatchOf(Array.Empty<Chunk>()));

        Assert.Empty(await PendingAsync());
        await AssertAccountAsync(batch, "0 = 0 + 0 + 0 + 0 + 0");
        Assert.Contains(await Journal.Outcomes.ListAsync(new(null, _connection), null, 10, CancellationToken.None), a => a.Id == batch.Id);
    }

    [Fact]
    public async Task A_message_without_a_batch_is_accepted_and_remembered()
    {
        var idempotencyKey = KeyOf("message");

        Assert.Equal(new(AcceptanceKind.Accepted, null, 0), await Journal.Entries.AcceptAsync([], idempotencyKey));
        Assert.Equal(new(AcceptanceKind.Repeated, null, 0), await Journal.Entries.AcceptAsync([], idempotencyKey));
    }

    [Fact]
    public async Task Several_chunks_become_entries_that_appear_together_in_order()
    {
        var batch = await AcceptAsync(BatchOf(ChunkOf(People(3)), ChunkOf(Some.Add(), Some.Add("x@example.com")), ChunkOf(People(2, from: 3))));

        Assert.Equal([3, 2, 2], (await PendingAsync()).Select(e => e.Count));
        await AssertAccountAsync(batch, "7 = 0 + 0 + 1 + 0 + 6");
        Assert.Equal([3], (await Journal.Outcomes.ReadUndeliveredAsync(batch.Id, null, -1, 10, CancellationToken.None)).Select(u => u.Index));
    }

    [Fact]
    public async Task Several_batches_of_one_request_are_accepted_together()
    {
        var other = await OtherConnectionAsync();
        var batches = new[] { BatchOf(People(2)), BatchOf(People(3)) with { FeedId = other } };

        var acceptance = await Journal.Entries.AcceptAsync(batches, null);

        Assert.Equal(new(AcceptanceKind.Accepted, batches[0].Id, 5), acceptance);
        Assert.Equal((2, 3), (Assert.Single(await PendingAsync()).Count, Assert.Single(await PendingAsync(connection: other)).Count));
        Assert.Equal(new[] { _connection, other }.OrderBy(c => c.ToString(), StringComparer.Ordinal), (await Journal.Entries.ReadBacklogAsync(CancellationToken.None)).Select(b => b.Feed).OrderBy(c => c.ToString(), StringComparer.Ordinal));
    }

    [Fact]
    public async Task Several_batches_are_accepted_together_or_not_at_all()
    {
        var good = BatchOf(People(2));
        var bad = BatchOf(People(2)) with { Source = (Source)99 };

        await Assert.ThrowsAnyAsync<Exception>(() => Journal.Entries.AcceptAsync([good, bad], KeyOf("key")));

        Assert.Empty(await PendingAsync());
        Assert.Null(await Journal.Outcomes.FindAsync(good.Id, CancellationToken.None));
        Assert.Equal(0, (await StatusAsync()).Pending);
        Assert.Equal(AcceptanceKind.Accepted, (await Journal.Entries.AcceptAsync([good], KeyOf("key"))).Kind);
    }

    [Fact]
    public async Task Acceptance_is_announced_for_each_batch_and_again_for_a_repetition_because_the_first_announcement_may_be_lost()
    {
        var told = new ConcurrentQueue<(ProjectId, FeedId, long)>();
        Journal.Entries.Accepted += batch => told.Enqueue((batch.Project, batch.Feed, batch.Changes));
        var other = await OtherConnectionAsync();

        await Journal.Entries.AcceptAsync([BatchOf(People(2)), BatchOf(People(3)) with { FeedId = other }], KeyOf("key"));
        await Journal.Entries.AcceptAsync([BatchOf(People(2))], KeyOf("key"));

        Assert.Equal([(_project, _connection, 2), (_project, other, 3), (_project, _connection, 2)], told);
    }

    [Fact]
    public async Task Hundreds_accepted_at_once_are_each_delivered_once()
    {
        var batches = Enumerable.Range(0, 400).Select(i => BatchOf(People(2, from: i * 2))).ToArray();

        await Task.WhenAll(batches.Select(b => Task.Run(() => Journal.Entries.AcceptAsync([b], null))));

        Assert.Equal(400, (await PendingAsync()).Count);
        foreach (var batch in batches) Assert.Equal(2, (await Journal.Outcomes.FindAsync(batch.Id, CancellationToken.None))!.Pending);
        Assert.Equal(800, (await StatusAsync()).Pending);
    }

    [Fact]
    public async Task A_batch_that_cannot_be_accepted_fails_alone()
    {
        var batches = Enumerable.Range(0, 100).Select(i => BatchOf(People(1, i)) with { Source = i % 10 == 3 ? (Source)99 : Source.Members }).ToArray();

        var attempts = batches.Select(b => Task.Run(() => Journal.Entries.AcceptAsync([b], null))).ToArray();
        await ((Task)Task.WhenAll(attempts)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

        Assert.Equal(10, attempts.Count(a => a.IsFaulted));
        Assert.Equal(90, (await PendingAsync()).Count);
    }
}
