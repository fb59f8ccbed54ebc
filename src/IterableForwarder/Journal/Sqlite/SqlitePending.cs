using System.Text.Json;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>The statements about what a connection owes, list by list.</summary>
internal static class SqlitePending
{
    /// <summary>Entries that one commit moves, and changes that one commit discards: some 50 ms of the writer's time.</summary>
    private const int EntriesPerStep = 1000;
    private const int ChangesPerStep = 10_000;

    /// <summary>The rules of a connection ($1) that send to a list: $2 is its id, $3 is 1 where those with a name alone count too.</summary>
    public const string RulesOfList =
        """
        SELECT r.id FROM rules r WHERE r.connection_id = $1 AND CASE
            WHEN r.list_id IS NOT NULL THEN r.list_id = $2 WHEN r.list_name IS NULL THEN $2 IS NULL ELSE $3 END
        """;

    public static IReadOnlyList<PendingOfList> ReadLists(SqliteSession session, FeedId feed)
    {
        var lists = new List<PendingOfList>();
        using var rows = session.Query(
            """
            SELECT r.list_id, r.list_name IS NOT NULL AND r.list_id IS NULL AS named,
                SUM(e.received - e.delivered - e.superseded - e.dropped - e.rejected)
            FROM entries e JOIN rules r ON r.id = e.rule_id WHERE e.connection_id = $1 AND e.state = 0 GROUP BY 1, 2
            """,
            feed.Value.Blob());
        while (rows.Read()) lists.Add(new(rows.IsNull(0) ? null : rows.GetInt64(0), rows.GetInt64(1) == 1, rows.GetInt64(2)));
        return lists;
    }

    /// <summary>Gives some entries to another list. Runs inside the writer's transaction.</summary>
    public static PendingStep Move(SqliteSession session, FeedId feed, PendingMove move)
    {
        var rows = ReadMovable(session, feed, move.From);
        var rules = new Dictionary<long, long>();
        foreach (var (seq, rule, _) in rows)
        {
            if (!rules.TryGetValue(rule, out var target)) rules[rule] = target = RuleFor(session, feed, rule, move.ToListId);
            session.Execute("UPDATE entries SET rule_id = $2, moved_before = (SELECT MAX(seq) + 1 FROM entries) WHERE seq = $1", seq, target);
        }
        return new(rows.Sum(r => r.Pending), rows.Count < EntriesPerStep);
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
        if (count > 0) session.Execute("UPDATE totals SET dropped = dropped + $2 WHERE connection_id = $1", feed.Value.Blob(), count);
        return new(new(count, taken == entries.Count && entries.Count < EntriesPerStep), taken > 0 ? entries[0].Seq : null, new(
            [new CountedChanges(feed, count)], [new CountedEnding(new(Outcome.Dropped, Reasons.Discarded), count)]));
    }

    private static List<(long Seq, long Rule, long Pending)> ReadMovable(SqliteSession session, FeedId feed, OwedList from)
    {
        var found = new List<(long, long, long)>();
        using var rows = session.Query(
            $"""
            SELECT e.seq, e.rule_id, e.received - e.delivered - e.superseded - e.dropped - e.rejected FROM entries e
            WHERE e.connection_id = $1 AND e.state = 0 AND e.rule_id IN ({RulesOfList}) ORDER BY e.seq LIMIT $4
            """,
            feed.Value.Blob(),
            from.ListId,
            from.WithNamed ? 1 : 0,
            EntriesPerStep);
        while (rows.Read()) found.Add((rows.GetInt64(0), rows.GetInt64(1), rows.GetInt64(2)));
        return found;
    }

    private static long RuleFor(SqliteSession session, FeedId feed, long rule, long listId)
    {
        var before = JsonSerializer.Deserialize((string)session.Scalar("SELECT content FROM rules WHERE id = $1", rule)!, RuleJson.Default.EntryRule)!;
        var content = JsonSerializer.Serialize(before with { ListId = listId, ListName = null }, RuleJson.Default.EntryRule);
        var id = feed.Value.Blob();
        return (long?)session.Scalar("SELECT id FROM rules WHERE connection_id = $1 AND content = $2", id, content)
            ?? session.Insert("INSERT INTO rules (project_id, connection_id, content) SELECT project_id, connection_id, $2 FROM rules WHERE id = $1", rule, content);
    }

    private static List<Owing> ReadDiscardable(SqliteSession session, FeedId feed, PendingDiscard discard)
    {
        var found = new List<Owing>();
        using var rows = session.Query(
            $"""
            SELECT e.seq, e.project_id, e.received, e.outcomes, e.received - e.delivered - e.superseded - e.dropped - e.rejected FROM entries e
            WHERE e.connection_id = $1 AND e.state = 0 AND ($4 IS NULL OR e.batch_id = $4) AND ($5 OR e.rule_id IN ({RulesOfList})) ORDER BY e.seq LIMIT $6
            """,
            feed.Value.Blob(),
            discard.List?.ListId,
            discard.List is { WithNamed: true } ? 1 : 0,
            discard.BatchId is { } batch ? batch.Value.Blob() : null,
            discard.List is null ? 1 : 0,
            EntriesPerStep);
        while (rows.Read())
        {
            found.Add(new(
                rows.GetInt64(0), new(rows.GetGuid(1)), rows.GetInt32(2), rows.IsNull(3) ? null : rows.GetBytes(3), rows.GetInt64(4)));
        }
        return found;
    }

    private static void Discard(SqliteSession session, Owing entry, string? detail, DateTimeOffset now)
    {
        var outcomes = entry.Outcomes ?? new byte[entry.Received];
        for (var position = 0; position < outcomes.Length; position++)
        {
            if (outcomes[position] != (byte)Outcome.Pending) continue;
            outcomes[position] = (byte)Outcome.Dropped;
            SqliteSettling.TryInsertUndelivered(session, entry.Seq, entry.Project, new(position, Outcome.Dropped, Reasons.Discarded, detail));
        }
        session.Execute(
            "UPDATE entries SET dropped = dropped + $2, outcomes = $3, state = 1, completed_at = $4 WHERE seq = $1",
            entry.Seq,
            entry.Pending,
            outcomes.AsSpan().ContainsAnyExcept((byte)Outcome.Dropped) ? outcomes : null,
            now.ToUnixTimeMilliseconds());
    }

    private sealed record Owing(long Seq, ProjectId Project, int Received, byte[]? Outcomes, long Pending);
}

/// <summary>What one commit has discarded.</summary>
/// <param name="Step">How much, and whether there is more.</param>
/// <param name="First">The first entry touched; null where there was none.</param>
/// <param name="Changes">For the books.</param>
internal sealed record DiscardedStep(PendingStep Step, long? First, SettledChanges Changes)
{
    /// <summary>Whether the commit took place, of which nobody was told.</summary>
    public bool StandsIn(SqliteSession session) => First is { } seq && session.Scalar("SELECT 1 FROM entries WHERE seq = $1 AND state = 1", seq) is not null;
}
