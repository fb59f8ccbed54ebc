using System.Text.Json;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Mapping;
using Microsoft.Data.Sqlite;

namespace IterableForwarder.Journal.Sqlite.MemberIndex;

/// <summary>Looks into the entries that the index names, the newest first, until the page is full.</summary>
internal sealed class SqliteMemberSearch(SqliteDatabase database, SqliteMemberIndex index) : IMemberSearch
{
    /// <summary>The history of a connection that was deleted is nobody's to see, while it is being cleared.</summary>
    private const string Entry =
        """
        SELECT e.connection_id, e.batch_id, e.first_index, e.source, e.source_id, e.received_at, e.completed_at, e.state, e.received,
               e.delivered, e.superseded, e.dropped, e.outcomes, r.content, b.changes
        FROM entries e JOIN rules r ON r.id = e.rule_id JOIN bodies b ON b.id = e.body_id
        WHERE e.seq = $1 AND EXISTS (SELECT 1 FROM connections c WHERE c.id = e.connection_id)
        """;

    public IReadOnlyList<FoundChange> Find(WantedMember who, ChangePlace before, int limit) => database.Read<FoundChange[]>(session =>
    {
        using var snapshot = session.Connection.BeginTransaction(deferred: true);
        return [.. index.Find(session, who.Fingerprints, before.Seq).SelectMany(seq => ChangesIn(session, seq, who, before)).Take(limit)];
    });

    private static List<FoundChange> ChangesIn(SqliteSession session, long seq, WantedMember who, ChangePlace before)
    {
        var found = new List<FoundChange>();
        using var row = session.Query(Entry, seq);
        // gone since it was indexed
        if (!row.Read()) return found;
        var rule = JsonSerializer.Deserialize(row.GetString(13), RuleJson.Default.EntryRule)!;
        ReadOnlyMemory<byte> changes = (byte[])row.GetValue(14);
        for (var (offset, position) = (0, 0); offset < changes.Length; position++)
        {
            var change = ChangeCodec.Read(changes, ref offset);
            var place = new ChangePlace(seq, position);
            if (place.CompareTo(before) < 0 && who.IsIn(change, rule.Mapping)) found.Add(Of(session, row, place, rule, change));
        }
        found.Reverse();
        return found;
    }

    private static FoundChange Of(SqliteSession session, SqliteDataReader row, ChangePlace place, EntryRule rule, in Change change)
    {
        var outcome = OutcomeOf(row, place.Position);
        var (reason, detail) = outcome is Outcome.Dropped or Outcome.Rejected ? WhyOf(session, place) : (null, null);
        return new()
        {
            Place = place,
            ConnectionId = new(SqliteForms.ToGuid((byte[])row.GetValue(0))),
            BatchId = new(SqliteForms.ToGuid((byte[])row.GetValue(1))),
            Rule = rule,
            Index = row.GetInt64(2) + place.Position,
            Change = change,
            Outcome = outcome,
            Reason = reason,
            Detail = detail,
            Source = SettingsWords.Sources.Parse(row.GetString(3)),
            SourceId = row.IsDBNull(4) ? null : row.GetString(4),
            ReceivedAt = SqliteForms.ToTime(row.GetInt64(5)),
            SettledAt = row.GetInt64(7) == 1 && !row.IsDBNull(6) ? SqliteForms.ToTime(row.GetInt64(6)) : null,
        };
    }

    /// <summary>Where all of an entry came to the same, the counters say to what.</summary>
    private static Outcome OutcomeOf(SqliteDataReader row, int position)
    {
        if (!row.IsDBNull(12)) return (Outcome)((byte[])row.GetValue(12))[position];
        if (row.GetInt64(7) == 0) return Outcome.Pending;
        var received = row.GetInt64(8);
        if (row.GetInt64(9) == received) return Outcome.Delivered;
        if (row.GetInt64(10) == received) return Outcome.Superseded;
        return row.GetInt64(11) == received ? Outcome.Dropped : Outcome.Rejected;
    }

    private static (string? Reason, string? Detail) WhyOf(SqliteSession session, ChangePlace place)
    {
        using var row = session.Query("SELECT reason, detail FROM undelivered WHERE seq = $1 AND position = $2", place.Seq, place.Position);
        return row.Read() ? (row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1)) : (null, null);
    }
}
