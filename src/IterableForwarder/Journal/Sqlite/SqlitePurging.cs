using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>Where a walk over old batches has come to.</summary>
internal readonly record struct PurgeCursor(long CompletedAt, long Seq);

/// <summary>What a step took out of the accounts.</summary>
/// <param name="Batches">How many batches.</param>
/// <param name="Next">Where to go on; null when none are left.</param>
/// <param name="Freed">What their dropped changes took.</param>
internal sealed record WithdrawnBatches(long Batches, PurgeCursor? Next, IReadOnlyList<KeptBytes> Freed);

/// <summary>The statements that purge, each a little. They run inside the writer's transaction.</summary>
internal static class SqlitePurging
{
    /// <summary>Entries taken out of the accounts in one commit, unless a single batch has more: some milliseconds.</summary>
    private const int EntriesPerStep = 250;

    /// <summary>Bytes of bodies erased in one commit: one large body, or many small ones. SQLite reads a long value's pages to free them.</summary>
    private const long BytesPerStep = 4 << 20;

    /// <summary>Rows of members who were not delivered, likewise.</summary>
    private const long RowsPerStep = 10_000;

    private const int AnswersPerStep = 2000;

    /// <summary>Rules that are looked at in one commit, at some microseconds each.</summary>
    private const int RulesPerStep = 2000;

    /// <summary>Takes batches out of the accounts, each whole.</summary>
    public static WithdrawnBatches Withdraw(SqliteSession session, long before, PurgeCursor cursor)
    {
        var heads = Heads(session, before, cursor);
        var (batches, entries) = (0L, 0L);
        var freed = new List<KeptBytes>();
        foreach (var (batch, place) in heads)
        {
            cursor = place;
            if (session.Scalar("SELECT 1 FROM entries WHERE batch_id = $1 AND (state = 0 OR completed_at >= $2) LIMIT 1", batch, before) is not null) continue;
            Note(session, "e.batch_id = $1", batch);
            FreeDropped(session, batch, freed);
            entries += session.Execute("DELETE FROM entries WHERE batch_id = $1", batch);
            batches++;
            if (entries >= EntriesPerStep) return new(batches, cursor, freed);
        }
        return new(batches, heads.Count < EntriesPerStep ? null : cursor, freed);
    }

    /// <summary>Notes what some entries leave behind, for <see cref="Erase"/>. They are deleted in the same commit.</summary>
    /// <param name="session">Notes it.</param>
    /// <param name="which">A condition for <c>entries e</c>.</param>
    /// <param name="arguments">Of the condition.</param>
    public static void Note(SqliteSession session, string which, params ReadOnlySpan<SqliteValue> arguments)
    {
        var entries = new List<(long Seq, StoredHead Stored)>();
        // an empty batch has no body
        using (var rows = session.Query($"SELECT {SqliteHeads.Columns}, e.seq FROM entries e WHERE e.body_id <> 0 AND {which}", arguments))
        {
            while (rows.Read()) entries.Add((rows.GetInt64(SqliteHeads.End), SqliteHeads.Read(rows)));
        }
        foreach (var (seq, stored) in entries)
        {
            // one that is damaged may name the body of another, which must not be erased: it leaves its rows alone, under a number that no body has
            session.Execute("INSERT OR IGNORE INTO purging (body_id, seq) VALUES ($1, $2)", stored.IsWhole ? stored.Head.Body : -seq, seq);
        }
    }

    /// <summary>Erases what withdrawn batches leave behind, and returns how many bodies; 0 when none are left.</summary>
    public static long Erase(SqliteSession session)
    {
        var bodies = Withdrawn(session);
        var (erased, bytes, rows) = (0L, 0L, 0L);
        foreach (var (body, seq) in bodies)
        {
            bytes += (long?)session.Scalar("SELECT length(members) + length(changes) FROM bodies WHERE id = $1", body) ?? 0;
            session.Execute("DELETE FROM bodies WHERE id = $1", body);
            rows += session.Execute("DELETE FROM undelivered WHERE seq = $1", seq);
            session.Execute("DELETE FROM purging WHERE body_id = $1", body);
            erased++;
            if (bytes >= BytesPerStep || rows >= RowsPerStep) break;
        }
        return erased;
    }

    public static long Forget(SqliteSession session, long before) => session.Execute(
        "DELETE FROM answers WHERE (scope, key) IN (SELECT scope, key FROM answers WHERE created_at < $1 ORDER BY created_at LIMIT $2)", before, AnswersPerStep);

    /// <summary>Removes the rules that no entry has any more, of some behind one. Returns the last that was looked at; null at the end.</summary>
    public static long? RemoveRules(SqliteSession session, long after)
    {
        var last = (long?)session.Scalar("SELECT MAX(id) FROM (SELECT id FROM rules WHERE id > $1 ORDER BY id LIMIT $2)", after, RulesPerStep);
        if (last is null) return null;
        var removed = session.Execute(
            "DELETE FROM rules WHERE id > $1 AND id <= $2 AND NOT EXISTS (SELECT 1 FROM entries e WHERE e.rule_id = rules.id)", after, last.Value);
        // what is accepted later in this commit must not find one that is gone
        if (removed > 0) session.Accepted.ForgetRules();
        return last;
    }

    /// <summary>A batch is of one connection.</summary>
    private static void FreeDropped(SqliteSession session, byte[] batch, List<KeptBytes> freed)
    {
        using var row = session.Query("SELECT connection_id, project_id, SUM(dropped_bytes) FROM entries WHERE batch_id = $1 GROUP BY 1, 2 HAVING SUM(dropped_bytes) > 0", batch);
        if (!row.Read()) return;
        var (connection, project, bytes) = (row.GetBytes(0), new ProjectId(row.GetGuid(1)), row.GetInt64(2));
        session.Execute("UPDATE totals SET dropped_bytes = dropped_bytes - $2 WHERE connection_id = $1", connection, bytes);
        freed.Add(new(project, bytes));
    }

    /// <summary>The first entries of batches that may be old enough; the rest of a long batch may not be.</summary>
    private static List<(byte[] Batch, PurgeCursor Place)> Heads(SqliteSession session, long before, PurgeCursor cursor)
    {
        var heads = new List<(byte[], PurgeCursor)>();
        using var rows = session.Query(
            """
            SELECT batch_id, completed_at, seq FROM entries INDEXED BY entries_completed
            WHERE state = 1 AND first_index = 0 AND completed_at >= $1 AND completed_at < $2 AND (completed_at > $1 OR seq > $3)
            ORDER BY completed_at, seq LIMIT $4
            """,
            cursor.CompletedAt, before, cursor.Seq, EntriesPerStep);
        while (rows.Read()) heads.Add((rows.GetBytes(0), new(rows.GetInt64(1), rows.GetInt64(2))));
        return heads;
    }

    private static List<(long Body, long Seq)> Withdrawn(SqliteSession session)
    {
        var bodies = new List<(long, long)>();
        using var rows = session.Query("SELECT body_id, seq FROM purging ORDER BY body_id LIMIT $1", EntriesPerStep);
        while (rows.Read()) bodies.Add((rows.GetInt64(0), rows.GetInt64(1)));
        return bodies;
    }
}
