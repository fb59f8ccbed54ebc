using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>The statements that read one entry whole.</summary>
internal static class SqliteKeptEntries
{
    /// <summary>The history of a connection that was deleted is nobody's to see, while it is being cleared.</summary>
    private const string Entry =
        $"""
        SELECT {SqliteHeads.Columns}, e.first_index, e.source, e.source_id, e.completed_at, e.state, e.delivered, e.superseded, e.dropped,
               e.outcomes, b.changes, b.form, b.changes_sum, e.outcomes_sum
        FROM entries e JOIN bodies b ON b.id = e.body_id
        WHERE e.seq = $1 AND EXISTS (SELECT 1 FROM connections c WHERE c.id = e.connection_id)
        """;

    public static KeptEntry? Find(SqliteSession session, long seq)
    {
        using var row = session.Query(Entry, seq);
        if (!row.Read()) return null;
        var stored = SqliteHeads.Read(row);
        var head = stored.Head;
        var (outcomes, rule) = (row.FindBytes(19), SqliteRules.Read(session, head.Rule, head.Feed));
        return new()
        {
            Seq = seq,
            FeedId = new(head.Feed),
            BatchId = new(head.Batch),
            FirstIndex = row.GetInt64(SqliteHeads.End),
            Source = SettingsWords.Sources.ParseOr(row.GetString(12), Source.Members),
            SourceId = row.IsNull(13) ? null : row.GetString(13),
            ReceivedAt = SqliteForms.ToTime(head.ReceivedAt),
            CompletedAt = row.GetInt64(15) == 1 && !row.IsNull(14) ? SqliteForms.ToTime(row.GetInt64(14)) : null,
            Received = head.Count,
            Delivered = row.GetInt64(16),
            Superseded = row.GetInt64(17),
            Dropped = row.GetInt64(18),
            Outcomes = outcomes,
            Rule = rule.Rule,
            Stored = StoredChanges.Of(row.FindBytes(20), row.GetInt32(21), row.FindInt64(22)).With(stored).With("outcomes", outcomes, row.FindInt64(23)).With(rule),
        };
    }

    public static Undelivered? FindUndelivered(SqliteSession session, ChangePlace place)
    {
        using (var row = session.Query("SELECT outcome, reason, detail FROM undelivered WHERE seq = $1 AND position = $2", place.Seq, place.Position))
        {
            if (row.Read()) return new(place.Position, (Outcome)row.GetInt64(0), row.GetString(1), row.IsNull(2) ? null : row.GetString(2));
        }
        using var entry = session.Query("SELECT dropped_as, received, dropped_as_sum FROM entries WHERE seq = $1", place.Seq);
        return entry.Read() ? DroppedChanges.Read(entry.FindBytes(0), entry.GetInt32(1), entry.FindInt64(2)).FirstOrDefault(d => d.Position == place.Position) : null;
    }
}
