using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>The statements about pending changes, list by list.</summary>
internal static class SqlitePending
{
    /// <summary>Entries that one commit moves, and changes that one commit discards: some 50 ms of the writer's time.</summary>
    private const int EntriesPerStep = 1000;
    private const int ChangesPerStep = 10_000;

    /// <summary>
    /// Whether an entry of a connection ($1) goes to a list: $2 is its id, $3 is 1 where those with a name alone count too. Those whose rule is not
    /// there count with them, so that they are found and held.
    /// </summary>
    public const string IsForList =
        """
        (e.rule_id IN (SELECT r.id FROM rules r WHERE r.connection_id = $1 AND CASE
            WHEN r.list_id IS NOT NULL THEN r.list_id = $2 WHEN r.list_name IS NULL THEN $2 IS NULL ELSE $3 END)
        OR ($3 AND e.rule_id NOT IN (SELECT r.id FROM rules r WHERE r.connection_id = $1)))
        """;

    public static IReadOnlyList<PendingOfList> ReadLists(SqliteSession session, FeedId feed)
    {
        var lists = new List<PendingOfList>();
        using var rows = session.Query(
            """
            SELECT r.list_id, r.list_id IS NULL AND (r.list_name IS NOT NULL OR r.id IS NULL) AS named,
                SUM(e.received - e.delivered - e.superseded - e.dropped - e.rejected)
            FROM entries e INDEXED BY entries_pending LEFT JOIN rules r ON r.id = e.rule_id AND r.connection_id = $1 WHERE e.connection_id = $1 AND e.state = 0 GROUP BY 1, 2
            """,
            feed.Value);
        while (rows.Read()) lists.Add(new(rows.IsNull(0) ? null : rows.GetInt64(0), rows.GetInt64(1) == 1, rows.GetInt64(2)));
        return lists;
    }

    /// <summary>Gives some entries to another list. Runs inside the writer's transaction.</summary>
    public static PendingStep Move(SqliteSession session, FeedId feed, PendingMove move)
    {
        var entries = ReadMovable(session, feed, move);
        var before = (long?)session.Scalar("SELECT MAX(seq) + 1 FROM entries") ?? EntryHead.None;
        var rules = new Dictionary<long, long?>();
        var moved = 0L;
        foreach (var entry in entries)
        {
            // what is to be done with it is not known to anybody: it can only be discarded
            if (!entry.Stored.IsWhole) continue;
            var head = entry.Stored.Head;
            if (!rules.TryGetValue(head.Rule, out var target)) rules[head.Rule] = target = RuleFor(session, head, move.ToListId);
            if (target is null) continue;
            head = head with { Rule = target.Value, MovedBefore = before };
            session.Execute("UPDATE entries SET rule_id = $2, moved_before = $3, head_sum = $4 WHERE seq = $1", entry.Seq, head.Rule, head.MovedBefore, head.Checksum);
            moved += entry.Pending;
        }
        return new(moved, entries.Count < EntriesPerStep) { After = entries.Count > 0 ? entries[^1].Seq : move.After };
    }

    /// <summary>Gives up what is pending in some entries. Runs inside the writer's transaction. What a body says is not needed: it may be what cannot be read.</summary>
    public static DiscardedStep Discard(SqliteSession session, FeedId feed, PendingDiscard discard, DateTimeOffset now)
    {
        var entries = ReadDiscardable(session, feed, discard);
        var count = 0L;
        var taken = 0;
        foreach (var entry in entries)
        {
            var outcomes = OutcomesOf(session, entry);
            var pending = outcomes.AsSpan().Count((byte)Outcome.Pending);
            if (count > 0 && count + pending > ChangesPerStep) break;
            Discard(session, entry, outcomes, discard.Detail, now);
            count += pending;
            taken++;
        }
        if (count > 0) session.Execute("UPDATE totals SET dropped = dropped + $2 WHERE connection_id = $1", feed.Value, count);
        return new(new(count, taken == entries.Count && entries.Count < EntriesPerStep), taken > 0 ? entries[0].Seq : null, new(
            [new CountedChanges(feed, count)], [new CountedEnding(new(Outcome.Dropped, Reasons.Discarded), count)]));
    }

    private static List<MovableRow> ReadMovable(SqliteSession session, FeedId feed, PendingMove move)
    {
        var found = new List<MovableRow>();
        using var rows = session.Query(
            $"""
            SELECT {SqliteHeads.Columns}, e.seq, e.received - e.delivered - e.superseded - e.dropped - e.rejected
            FROM entries e
            WHERE e.connection_id = $1 AND e.state = 0 AND e.seq > $4 AND {IsForList} ORDER BY e.seq LIMIT $5
            """,
            feed.Value,
            move.From.ListId,
            move.From.WithNamed ? 1 : 0,
            move.After,
            EntriesPerStep);
        while (rows.Read()) found.Add(new(rows.GetInt64(SqliteHeads.End), SqliteHeads.Read(rows), rows.GetInt64(12)));
        return found;
    }

    /// <summary>Null where the rule it has cannot be read.</summary>
    private static long? RuleFor(SqliteSession session, EntryHead head, long listId)
    {
        var before = SqliteRules.Read(session, head.Rule, head.Feed);
        return before.Unreadable is null ? SqliteRules.FindOrInsert(session, new(head.Project), new(head.Feed), before.Rule with { ListId = listId, ListName = null }) : null;
    }

    private static List<DiscardableRow> ReadDiscardable(SqliteSession session, FeedId feed, PendingDiscard discard)
    {
        var found = new List<DiscardableRow>();
        using var rows = session.Query(
            $"""
            SELECT {SqliteHeads.Columns}, e.seq, e.outcomes, e.outcomes_sum, e.received - e.delivered - e.superseded - e.dropped - e.rejected
            FROM entries e WHERE e.connection_id = $1 AND e.state = 0 AND ($4 IS NULL OR e.batch_id = $4) AND ($5 OR {IsForList}) ORDER BY e.seq LIMIT $6
            """,
            feed.Value,
            discard.List?.ListId,
            discard.List is { WithNamed: true } ? 1 : 0,
            discard.BatchId?.Value,
            discard.List is null ? 1 : 0,
            EntriesPerStep);
        while (rows.Read())
        {
            var outcomes = rows.FindBytes(12);
            found.Add(new(
                rows.GetInt64(SqliteHeads.End), SqliteHeads.Read(rows), outcomes, outcomes is null || Checksum.Fits(outcomes, rows.FindInt64(13)), rows.GetInt64(14)));
        }
        return found;
    }

    /// <summary>An outcome for each change of an entry. Where its number of changes, an outcome or a counter is damaged, the account adds up all the same.</summary>
    private static byte[] OutcomesOf(SqliteSession session, DiscardableRow entry)
    {
        var head = entry.Stored.Head;
        var count = Math.Clamp(entry.Stored.IsWhole ? head.Count : entry.Stored.CountBeside(SqliteHeads.ReadChanges(session, head)), 0, Chunk.MaxChanges);
        if (entry.Outcomes is null) return new byte[count];
        return entry.AreOutcomesWhole && entry.Outcomes.Length == count
            ? entry.Outcomes : CountedOutcomes.Of(entry.Outcomes, (int)count, Math.Clamp(entry.Pending, 0, count));
    }

    private static void Discard(SqliteSession session, DiscardableRow entry, byte[] outcomes, string? detail, DateTimeOffset now)
    {
        for (var position = 0; position < outcomes.Length; position++)
        {
            if (outcomes[position] != (byte)Outcome.Pending) continue;
            outcomes[position] = (byte)Outcome.Dropped;
            SqliteSettling.TryInsertUndelivered(session, entry.Seq, new(entry.Stored.Head.Project), new(position, Outcome.Dropped, Reasons.Discarded, detail));
        }
        var mixed = outcomes.AsSpan().ContainsAnyExcept((byte)Outcome.Dropped) ? outcomes : null;
        session.Execute(
            """
            UPDATE entries SET received = $2, delivered = $3, superseded = $4, dropped = $5, rejected = $6, outcomes = $7, outcomes_sum = $8,
                state = 1, completed_at = $9
            WHERE seq = $1
            """,
            entry.Seq,
            outcomes.Length,
            CountOf(Outcome.Delivered),
            CountOf(Outcome.Superseded),
            CountOf(Outcome.Dropped),
            CountOf(Outcome.Rejected),
            mixed,
            Checksum.Of(mixed),
            now.ToUnixTimeMilliseconds());

        int CountOf(Outcome outcome) => outcomes.AsSpan().Count((byte)outcome);
    }

    private sealed record MovableRow(long Seq, StoredHead Stored, long Pending);

    /// <param name="Seq">Of the entry.</param>
    /// <param name="Stored">Its head.</param>
    /// <param name="Outcomes">A byte for each change; null while all are pending.</param>
    /// <param name="AreOutcomesWhole">Whether those fit their checksum.</param>
    /// <param name="Pending">Pending changes by its counters.</param>
    private sealed record DiscardableRow(long Seq, StoredHead Stored, byte[]? Outcomes, bool AreOutcomesWhole, long Pending);
}

/// <summary>What one commit has discarded.</summary>
/// <param name="Step">How much, and whether there is more.</param>
/// <param name="First">The first entry touched; null where there was none.</param>
/// <param name="Changes">For the books.</param>
internal sealed record DiscardedStep(PendingStep Step, long? First, SettledChanges Changes)
{
    /// <summary>Whether the commit took place, of which nobody was told.</summary>
    public bool IsStoredIn(SqliteSession session) => First is { } seq && session.Scalar("SELECT 1 FROM entries WHERE seq = $1 AND state = 1", seq) is not null;
}
