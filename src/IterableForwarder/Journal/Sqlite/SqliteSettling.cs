using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>The statements that settle changes. They run inside the writer's transaction.</summary>
internal static class SqliteSettling
{
    public static int Settle(SqliteSession session, IReadOnlyList<EntrySettlement> settlements, DateTimeOffset now)
    {
        foreach (var settlement in settlements)
        {
            UpdateEntry(session, settlement, now.ToUnixTimeMilliseconds());
            foreach (var change in settlement.Rejected) InsertUndelivered(session, settlement.Seq, settlement.ProjectId, change);
        }
        foreach (var ofConnection in settlements.GroupBy(s => s.ConnectionId)) UpdateTotals(session, ofConnection, now.ToUnixTimeMilliseconds());
        return settlements.Count;
    }

    public static void InsertUndelivered(SqliteSession session, long seq, ProjectId project, Undelivered change) => session.Execute(
        "INSERT OR REPLACE INTO undelivered (seq, position, project_id, outcome, reason, detail) VALUES ($1, $2, $3, $4, $5, $6)",
        seq,
        change.Position,
        project.Value.Blob(),
        (int)change.Outcome,
        change.Reason,
        change.Detail);

    private static void UpdateEntry(SqliteSession session, EntrySettlement settlement, long now) => session.Execute(
        """
        UPDATE entries SET delivered = delivered + $2, superseded = superseded + $3, rejected = rejected + $4,
                           outcomes = $5, state = $6, completed_at = $7
        WHERE seq = $1
        """,
        settlement.Seq,
        settlement.Delivered,
        settlement.Superseded,
        settlement.Rejected.Count,
        settlement.Outcomes,
        settlement.Completed ? 1 : 0,
        settlement.Completed ? now : null);

    private static void UpdateTotals(SqliteSession session, IGrouping<ConnectionId, EntrySettlement> ofConnection, long now)
    {
        var delivered = ofConnection.Sum(s => (long)s.Delivered);
        session.Execute(
            """
            UPDATE totals SET delivered = delivered + $2, superseded = superseded + $3, rejected = rejected + $4,
                              last_delivered_at = COALESCE($5, last_delivered_at),
                              last_error = CASE WHEN $2 + $4 = 0 THEN last_error END
            WHERE connection_id = $1
            """,
            ofConnection.Key.Value.Blob(),
            delivered,
            ofConnection.Sum(s => (long)s.Superseded),
            ofConnection.Sum(s => (long)s.Rejected.Count),
            delivered > 0 ? now : null);
    }
}
