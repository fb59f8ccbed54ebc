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
        var rows = ReadMovable(session, feed, move.From);
        var rules = new Dictionary<long, long?>();
        var moved = 0L;
        foreach (var row in rows)
        {
            // what is to be done with it is not known to anybody: it can only be discarded
            if (!row.IsWhole) continue;
            if (!rules.TryGetValue(row.Head.Rule, out var target)) rules[row.Head.Rule] = target = RuleFor(session, feed, row, move.ToListId);
            if (target is null) continue;
            session.Execute(
                "UPDATE entries SET rule_id = $2, head_sum = $3, moved_before = (SELECT MAX(seq) + 1 FROM entries) WHERE seq = $1",
                row.Seq,
                target,
                (row.Head with { Rule = target.Value }).Checksum);
            moved += row.Pending;
        }
        return new(moved, rows.Count < EntriesPerStep || moved == 0);
    }

    /// <summary>Gives up what is pending in some entries. Runs inside the writer's transaction. The bodies are not looked at: they may be what cannot be read.</summary>
    public static DiscardedStep Discard(SqliteSession session, FeedId feed, PendingDiscard discard, DateTimeOffset now)
    {
        var entries = ReadDiscardable(session, feed, discard);
        var count = 0L;
        var taken = 0;
        foreach (var entry in entries)
        {
            if (count > 0 && count + entry.Pending > ChangesPerStep) break;
            Discard(session, entry, discard.Detail, now);
            count += entry.Pending;
            taken++;
        }
        if (count > 0) session.Execute("UPDATE totals SET dropped = dropped + $2 WHERE connection_id = $1", feed.Value, count);
        return new(new(count, taken == entries.Count && entries.Count < EntriesPerStep), taken > 0 ? entries[0].Seq : null, new(
            [new CountedChanges(feed, count)], [new CountedEnding(new(Outcome.Dropped, Reasons.Discarded), count)]));
    }

    private static List<MovableRow> ReadMovable(SqliteSession session, FeedId feed, PendingList from)
    {
        var found = new List<MovableRow>();
        using var rows = session.Query(
            $"""
            SELECT e.seq, e.project_id, e.received - e.delivered - e.superseded - e.dropped - e.rejected, e.batch_id, e.body_id, e.rule_id, e.received_at, e.latest,
                e.received, e.head_sum
            FROM entries e
            WHERE e.connection_id = $1 AND e.state = 0 AND {IsForList} ORDER BY e.seq LIMIT $4
            """,
            feed.Value,
            from.ListId,
            from.WithNamed ? 1 : 0,
            EntriesPerStep);
        while (rows.Read())
        {
            var head = new EntryHead(feed.Value, rows.GetGuid(3), rows.GetInt64(4), rows.GetInt64(5), rows.GetInt64(6), rows.GetInt64(7), rows.GetInt64(8));
            found.Add(new(rows.GetInt64(0), new(rows.GetGuid(1)), head, head.Fits(rows.FindInt64(9)), rows.GetInt64(2)));
        }
        return found;
    }

    /// <summary>Null where the rule it has cannot be read.</summary>
    private static long? RuleFor(SqliteSession session, FeedId feed, MovableRow entry, long listId)
    {
        var before = SqliteRules.Read(session, entry.Head.Rule, feed.Value);
        return before.Unreadable is null ? SqliteRules.FindOrInsert(session, entry.Project, feed, before.Rule with { ListId = listId, ListName = null }) : null;
    }

    private static List<PendingRow> ReadDiscardable(SqliteSession session, FeedId feed, PendingDiscard discard)
    {
        var found = new List<PendingRow>();
        using var rows = session.Query(
            $"""
            SELECT e.seq, e.project_id, e.received, e.outcomes, e.received - e.delivered - e.superseded - e.dropped - e.rejected
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
            found.Add(new(
                rows.GetInt64(0), new(rows.GetGuid(1)), rows.GetInt32(2), rows.FindBytes(3), rows.GetInt64(4)));
        }
        return found;
    }

    private static void Discard(SqliteSession session, PendingRow entry, string? detail, DateTimeOffset now)
    {
        var outcomes = CountedOutcomes.Of(entry.Outcomes, entry.Received, entry.Pending);
        for (var position = 0; position < outcomes.Length; position++)
        {
            if (outcomes[position] != (byte)Outcome.Pending) continue;
            outcomes[position] = (byte)Outcome.Dropped;
            SqliteSettling.TryInsertUndelivered(session, entry.Seq, entry.Project, new(position, Outcome.Dropped, Reasons.Discarded, detail));
        }
        var mixed = outcomes.AsSpan().ContainsAnyExcept((byte)Outcome.Dropped) ? outcomes : null;
        session.Execute(
            "UPDATE entries SET dropped = dropped + $2, outcomes = $3, state = 1, completed_at = $4, outcomes_sum = $5 WHERE seq = $1",
            entry.Seq,
            entry.Pending,
            mixed,
            now.ToUnixTimeMilliseconds(),
            Checksum.Of(mixed));
    }

    /// <param name="IsWhole">Whether the entry fits its checksum.</param>
    private sealed record MovableRow(long Seq, ProjectId Project, EntryHead Head, bool IsWhole, long Pending);

    private sealed record PendingRow(long Seq, ProjectId Project, int Received, byte[]? Outcomes, long Pending);
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
