using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>Reads what was not delivered, entry by entry, without a transaction over all of them: a replay may be long, and would keep the log from being cleared.</summary>
internal static class SqliteUndelivered
{
    /// <summary>The numbers alone: sorting them must not take their bodies along.</summary>
    private const string Entries =
        """
        SELECT seq FROM entries
        WHERE connection_id = $1 AND received_at >= $2 AND received_at < $3 AND dropped + rejected > 0 ORDER BY seq
        """;

    private const string Undelivered = "SELECT position, outcome, reason, detail FROM undelivered WHERE seq = $1 ORDER BY position";

    private const string Entry =
        $"""
        SELECT {SqliteHeads.Columns}, e.source, e.source_id, b.changes, b.origins, b.form, b.changes_sum, b.origins_sum
        FROM entries e JOIN bodies b ON b.id = e.body_id WHERE e.seq = $1
        """;

    public static IEnumerable<UndeliveredEntry> Read(SqliteSession session, SqliteClockSteps steps, UndeliveredFilter filter)
    {
        foreach (var seq in ReadEntries(session, filter))
        {
            var wanted = Merge(ReadRows(session, seq), ReadDropped(session, seq)).Where(filter.Accepts).ToList();
            if (wanted.Count > 0 && ReadEntry(session, steps, seq, wanted) is { } entry) yield return entry;
        }
    }

    private static List<long> ReadEntries(SqliteSession session, UndeliveredFilter filter)
    {
        var entries = new List<long>();
        using var rows = session.Query(Entries, filter.Feed.Value, FirstMillis(filter.From) ?? long.MinValue, FirstMillis(filter.To) ?? long.MaxValue);
        while (rows.Read()) entries.Add(rows.GetInt64(0));
        return entries;
    }

    private static List<Undelivered> ReadRows(SqliteSession session, long seq)
    {
        var found = new List<Undelivered>();
        using var rows = session.Query(Undelivered, seq);
        while (rows.Read()) found.Add(new(rows.GetInt32(0), (Outcome)rows.GetInt64(1), rows.GetString(2), rows.IsNull(3) ? null : rows.GetString(3)));
        return found;
    }

    private static DroppedChanges ReadDropped(SqliteSession session, long seq)
    {
        using var row = session.Query("SELECT received, dropped_as, dropped_as_sum FROM entries WHERE seq = $1", seq);
        return row.Read() ? DroppedChanges.Read(row.FindBytes(1), row.GetInt32(0), row.FindInt64(2)) : DroppedChanges.None;
    }

    /// <summary>All that was not delivered of an entry, in order of position. One with a row is named by that alone.</summary>
    /// <param name="rows">Those with rows, in order.</param>
    /// <param name="dropped">Those that the entry itself names.</param>
    public static IEnumerable<Undelivered> Merge(IReadOnlyList<Undelivered> rows, DroppedChanges dropped)
    {
        if (dropped.Count == 0) return rows;
        return rows.Count == 0 ? dropped : rows.Concat(dropped).OrderBy(u => u.Position);
    }

    /// <summary>Null when it has been purged meanwhile.</summary>
    private static UndeliveredEntry? ReadEntry(SqliteSession session, SqliteClockSteps steps, long seq, List<Undelivered> wanted)
    {
        using var row = session.Query(Entry, seq);
        if (!row.Read()) return null;
        var stored = SqliteHeads.Read(row);
        var head = stored.Head;
        var rule = SqliteRules.Read(session, head.Rule, head.Feed);
        return new()
        {
            BatchId = new(head.Batch),
            Source = SettingsWords.Sources.ParseOr(row.GetString(SqliteHeads.End), Source.Members),
            SourceId = row.IsNull(12) ? null : row.GetString(12),
            Rule = rule.Rule,
            Changes = [.. WithChanges(row, stored, rule, seq, steps.ReceivedAt(seq, head.ReceivedAt), wanted)],
        };
    }

    /// <summary>Those that can be read: what a damaged one said is not known to anybody.</summary>
    private static IEnumerable<(Change Change, ChangeOrigin Origin, Undelivered Why)> WithChanges(
        SqliteRows row, StoredHead head, StoredRule rule, long seq, long receivedAt, List<Undelivered> wanted)
    {
        var origins = row.FindBytes(14);
        var stored = StoredChanges.Of(row.FindBytes(13), row.GetInt32(15), row.FindInt64(16)).With(head).With("origins", origins, row.FindInt64(17)).With(rule);
        foreach (var (found, why) in UndeliveredChanges.In(stored, wanted))
        {
            if (found is not { } change) continue;
            // of a replay, the place it had first
            var origin = ChangeOrigins.At(origins, why.Position) ?? new(new(seq, why.Position), change.OccurredAt ?? receivedAt);
            yield return (change, origin, why);
        }
    }

    /// <summary>The first millisecond that is not before it.</summary>
    private static long? FirstMillis(DateTimeOffset? time) =>
        time is { } at ? at.Millis() + (at.Ticks % TimeSpan.TicksPerMillisecond > 0 ? 1 : 0) : null;
}
