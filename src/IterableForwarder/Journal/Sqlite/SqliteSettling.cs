using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>The statements that settle changes. They run inside the writer's transaction.</summary>
internal static class SqliteSettling
{
    private const string UpdateAny =
        "UPDATE entries SET delivered = $2, superseded = $3, rejected = $4, outcomes = $5, state = $6, completed_at = $7, outcomes_sum = $8 WHERE seq = $1";

    private const string UpdateUntouched = UpdateAny + " AND delivered = 0 AND superseded = 0 AND rejected = 0";

    /// <summary>Returns what is settled that was not before.</summary>
    public static WrittenOutcomes Settle(SqliteSession session, IReadOnlyList<EntrySettlement> settlements, DateTimeOffset now)
    {
        var totals = new Dictionary<FeedId, Settled>();
        var rejected = new Dictionary<string, long>(StringComparer.Ordinal);
        EntrySettlement? lastNew = null;
        foreach (var settlement in settlements)
        {
            if (Update(session, settlement, now.ToUnixTimeMilliseconds()) is not { } before) continue;
            foreach (var change in settlement.NewlyRejected)
            {
                if (TryInsertUndelivered(session, settlement.Seq, settlement.ProjectId, change)) rejected[change.Reason] = rejected.GetValueOrDefault(change.Reason) + 1;
            }
            var added = Settled.Of(settlement) - before;
            totals[settlement.FeedId] = totals.GetValueOrDefault(settlement.FeedId) + added;
            if (added != default) lastNew = settlement;
        }
        foreach (var (feed, settled) in totals) UpdateTotals(session, feed, settled, now.ToUnixTimeMilliseconds());
        return new(ChangesOf(totals, rejected), lastNew);
    }

    /// <summary>False, with nothing written, where the row is there already: the settlement is written for the second time.</summary>
    public static bool TryInsertUndelivered(SqliteSession session, long seq, ProjectId project, Undelivered change) => session.Execute(
        """
        INSERT INTO undelivered (seq, position, project_id, outcome, reason, detail) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (seq, position) DO NOTHING
        """,
        seq,
        change.Position,
        project.Value,
        (int)change.Outcome,
        change.Reason,
        change.Detail) == 1;

    /// <summary>Whether the entry is as the settlement says.</summary>
    public static bool IsStored(SqliteSession session, EntrySettlement settlement) => Find(session, settlement.Seq) == Settled.Of(settlement);

    private static SettledChanges ChangesOf(Dictionary<FeedId, Settled> totals, Dictionary<string, long> rejected) => new(
        [.. totals.Select(t => new CountedChanges(t.Key, t.Value.Delivered + t.Value.Superseded + t.Value.Rejected))],
        [
            new(new(Outcome.Delivered), totals.Values.Sum(t => t.Delivered)),
            new(new(Outcome.Superseded), totals.Values.Sum(t => t.Superseded)),
            .. rejected.Select(r => new CountedEnding(new(Outcome.Rejected, r.Key), r.Value)),
        ]);

    /// <summary>Returns what was settled before; null when the entry is gone, with its connection.</summary>
    private static Settled? Update(SqliteSession session, EntrySettlement settlement, long now)
    {
        // most entries are settled once, whole: then there is nothing to be read first
        if (UpdateEntry(session, UpdateUntouched, settlement, now) == 1) return default(Settled);
        if (Find(session, settlement.Seq) is not { } before) return null;
        UpdateEntry(session, UpdateAny, settlement, now);
        return before;
    }

    /// <summary>Null when the entry is gone.</summary>
    private static Settled? Find(SqliteSession session, long seq)
    {
        using var row = session.Query("SELECT delivered, superseded, rejected FROM entries WHERE seq = $1", seq);
        return row.Read() ? new(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)) : null;
    }

    private static int UpdateEntry(SqliteSession session, string update, EntrySettlement settlement, long now) => session.Execute(
        update,
        settlement.Seq,
        settlement.Delivered,
        settlement.Superseded,
        settlement.Rejected,
        settlement.Outcomes,
        settlement.Completed ? 1 : 0,
        settlement.Completed ? now : SqliteValue.Null,
        Checksum.Of(settlement.Outcomes));

    private static void UpdateTotals(SqliteSession session, FeedId feed, Settled settled, long now) => session.Execute(
        """
        UPDATE totals SET delivered = delivered + $2, superseded = superseded + $3, rejected = rejected + $4,
                          last_delivered_at = COALESCE($5, last_delivered_at),
                          last_error = CASE WHEN $2 + $4 = 0 THEN last_error END
        WHERE connection_id = $1
        """,
        feed.Value,
        settled.Delivered,
        settled.Superseded,
        settled.Rejected,
        settled.Delivered > 0 ? now : SqliteValue.Null);

    private readonly record struct Settled(long Delivered, long Superseded, long Rejected)
    {
        public static Settled Of(EntrySettlement settlement) => new(settlement.Delivered, settlement.Superseded, settlement.Rejected);

        public static Settled operator +(Settled one, Settled other) =>
            new(one.Delivered + other.Delivered, one.Superseded + other.Superseded, one.Rejected + other.Rejected);

        public static Settled operator -(Settled one, Settled other) =>
            new(one.Delivered - other.Delivered, one.Superseded - other.Superseded, one.Rejected - other.Rejected);
    }
}

/// <summary>Outcomes that a commit has written, or may have.</summary>
/// <param name="Changes">Those settled that were not before.</param>
/// <param name="LastNew">The last settlement that changed its entry; null where all of them were stored already.</param>
internal sealed record WrittenOutcomes(SettledChanges Changes, EntrySettlement? LastNew)
{
    /// <summary>Whether the commit took place, of which nobody was told.</summary>
    public bool IsStoredIn(SqliteSession session) => LastNew is not null && SqliteSettling.IsStored(session, LastNew);
}
