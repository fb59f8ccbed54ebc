using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Limits;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>
/// Reads from the totals how much is pending, and how much dropped changes take: at the start, and whenever the writer opens the store anew, as a commit that failed may
/// be stored after all.
/// </summary>
internal sealed class SqlitePendingCounts(SqliteReaders readers, SqliteWriter writer, PendingCounts counts) : IJournalPart
{
    /// <summary>
    /// Among the newest 10,000 entries, and for a source that is quieter than that, the entry with the latest change of each of its
    /// connections: a look into an index for each. What arrived out of order may make that a little older than it was.
    /// </summary>
    private const string LastAccepted =
        """
        SELECT source, MAX(received_at) FROM (
            SELECT source, received_at FROM (SELECT source, received_at, replay_of FROM entries ORDER BY seq DESC LIMIT 10000) WHERE replay_of IS NULL
            UNION ALL
            SELECT c.source, (SELECT e.received_at FROM entries e WHERE e.connection_id = c.id AND e.replay_of IS NULL ORDER BY e.latest DESC LIMIT 1) FROM connections c)
        WHERE received_at IS NOT NULL GROUP BY source
        """;

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        counts.Load(await readers.Questions.ReadAsync(ReadLastAccepted, cancellationToken));
        // loading may be tried several times
        writer.Opened -= Load;
        writer.Opened += Load;
        await writer.WriteAsync(Read, counts.Load);
        await writer.WriteAsync(ReadDropped, counts.Load);
    }

    private void Load(SqliteSession session)
    {
        counts.Load(Read(session));
        counts.Load(ReadDropped(session));
    }

    private static List<(Source Source, DateTimeOffset At)> ReadLastAccepted(SqliteSession session)
    {
        var last = new List<(Source, DateTimeOffset)>();
        using var rows = session.Query(LastAccepted);
        while (rows.Read())
        {
            if (SettingsWords.Sources.TryParse(rows.GetString(0), out var source)) last.Add((source, SqliteForms.ToTime(rows.GetInt64(1))));
        }
        return last;
    }

    private static List<CountedChanges> Read(SqliteSession session)
    {
        var pending = new List<CountedChanges>();
        using var rows = session.Query(
            """
            SELECT connection_id, received - delivered - superseded - dropped - rejected FROM totals
            WHERE received > delivered + superseded + dropped + rejected
            """);
        while (rows.Read()) pending.Add(new(new FeedId(rows.GetGuid(0)), rows.GetInt64(1)));
        return pending;
    }

    private static List<KeptBytes> ReadDropped(SqliteSession session)
    {
        var kept = new List<KeptBytes>();
        using var rows = session.Query("SELECT project_id, SUM(dropped_bytes) FROM totals GROUP BY project_id HAVING SUM(dropped_bytes) > 0");
        while (rows.Read()) kept.Add(new(new ProjectId(rows.GetGuid(0)), rows.GetInt64(1)));
        return kept;
    }
}
