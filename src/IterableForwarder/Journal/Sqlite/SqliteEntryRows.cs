using System.Collections.Concurrent;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>The statements that read entries, and the rules they were accepted under, which are read once each.</summary>
internal sealed class SqliteEntryRows(SqliteClockSteps steps)
{
    /// <summary>Entries read at once, so that what waits for the thread does not wait long.</summary>
    private const int MaxAtOnce = 256;

    private const string Columns =
        $"{SqliteHeads.Columns}, e.seq, e.outcomes, b.changes, b.origins, b.form, b.changes_sum, b.origins_sum, e.outcomes_sum";

    private const string From = "FROM entries e JOIN bodies b ON b.id = e.body_id";

    /// <summary>An entry whose changes are gone is read as well: it must not be passed over in silence.</summary>
    private const string FromAll = "FROM entries e LEFT JOIN bodies b ON b.id = e.body_id";

    /// <summary>The connection, a time, and the bounds of the slice.</summary>
    private const string BesideSlice = $"e.connection_id = $1 AND e.latest > $2 AND e.seq < $4 AND (e.seq < $3 OR e.state = 1) AND {HasWord}";

    /// <summary>Not everything in the entry was dropped: what was is the last word on nobody.</summary>
    private const string HasWord = "e.dropped < e.received";

    private const string Pending =
        $"SELECT {Columns} {FromAll} WHERE e.connection_id = $1 AND e.state = 0 AND e.seq > $4 AND {SqlitePending.IsForList} ORDER BY e.seq";
    private const string Latest = $"SELECT MAX(e.latest) FROM entries e WHERE {BesideSlice}";
    private const string Later = $"SELECT {Columns}, b.members, b.members_sum {From} WHERE {BesideSlice} ORDER BY e.seq";
    private const string Newer =
        $"SELECT {Columns}, b.members, b.members_sum {From} WHERE e.connection_id = $1 AND e.seq < $2 AND (e.seq >= $3 OR e.latest > $4) AND {HasWord}";
    private const string NewerOf =
        $"SELECT {Columns} {From} WHERE e.seq = $1 AND e.connection_id = $2 AND (e.seq >= $3 OR e.latest > $4) AND {HasWord}";

    /// <summary>The totals know it without a walk over all that is pending.</summary>
    private const string Backlog = "SELECT project_id, connection_id FROM totals WHERE received > delivered + superseded + dropped + rejected";

    /// <summary>Rules that are remembered, some 500 bytes each.</summary>
    private const int MaxRules = 10_000;

    private readonly ConcurrentDictionary<(long Id, Guid Feed), EntryRule> _rules = new();

    public PendingEntries ReadPending(SqliteSession session, FeedId feed, PendingList list, long after, ReadLimit limit)
    {
        var entries = new List<PendingEntry>();
        using var rows = session.Query(Pending, feed.Value, list.ListId, list.WithNamed ? 1 : 0, after);
        while (!limit.IsReached && entries.Count < MaxAtOnce)
        {
            if (!rows.Read()) return new(entries, IsLimited: false);
            entries.Add(ReadEntry(session, rows));
            limit = limit.Without(entries[^1]);
        }
        return new(entries, IsLimited: true);
    }

    public static IReadOnlyList<(ProjectId Project, FeedId Feed)> ReadBacklog(SqliteSession session)
    {
        var backlog = new List<(ProjectId, FeedId)>();
        using var rows = session.Query(Backlog);
        while (rows.Read()) backlog.Add((new(rows.GetGuid(0)), new(rows.GetGuid(1))));
        return backlog;
    }

    public static long? ReadLatest(SqliteSession session, FeedId feed, SliceBounds slice, long time) =>
        (long?)session.Scalar(Latest, feed.Value, time, slice.First, slice.Last);

    public IEnumerable<PendingEntry> ReadLater(
        SqliteSession session, FeedId feed, SliceBounds slice, long time, IReadOnlySet<ulong> fingerprints) =>
        Scan(session, Later, fingerprints, [feed.Value, time, slice.First, slice.Last]);

    public IEnumerable<PendingEntry> ReadNewer(
        SqliteSession session, FeedId feed, long seq, ChangeOrigin origin, IReadOnlySet<ulong> fingerprints) =>
        Scan(session, Newer, fingerprints, [feed.Value, seq, origin.Place.Seq, origin.Time]);

    public IReadOnlyList<PendingEntry> ReadNewer(SqliteSession session, FeedId feed, IReadOnlyList<long> entries, ChangeOrigin origin)
    {
        var newer = new List<PendingEntry>();
        foreach (var seq in entries)
        {
            using var row = session.Query(NewerOf, seq, feed.Value, origin.Place.Seq, origin.Time);
            if (row.Read()) newer.Add(ReadEntry(session, row));
        }
        return newer;
    }

    /// <summary>Walks over what a connection has, and hands out the entries that hold any of them.</summary>
    private IEnumerable<PendingEntry> Scan(SqliteSession session, string sql, IReadOnlySet<ulong> fingerprints, SqliteValue[] arguments)
    {
        using var rows = session.Query(sql, arguments);
        while (rows.Read())
        {
            if (MayHoldAny(rows, fingerprints)) yield return ReadEntry(session, rows);
        }
    }

    /// <summary>Where it is damaged, its changes have to say it.</summary>
    private static bool MayHoldAny(SqliteRows rows, IReadOnlySet<ulong> fingerprints)
    {
        var members = rows.GetSpan(19);
        return !Checksum.Fits(members, rows.FindInt64(20)) || FingerprintBlock.HoldsAny(members, fingerprints);
    }

    private PendingEntry ReadEntry(SqliteSession session, SqliteRows row)
    {
        var stored = SqliteHeads.Read(row);
        var (seq, head) = (row.GetInt64(SqliteHeads.End), stored.Head);
        var (outcomes, origins, rule) = (row.FindBytes(12), row.FindBytes(14), RuleOf(session, head.Rule, head.Feed));
        var changes = StoredChanges.Of(row.FindBytes(13), row.GetInt32(15), row.FindInt64(16)).With(stored)
            .With("origins", origins, row.FindInt64(17)).With("outcomes", outcomes, row.FindInt64(18)).With(rule);
        return new()
        {
            Seq = seq,
            ProjectId = new(head.Project),
            FeedId = new(head.Feed),
            BatchId = new(head.Batch),
            MovedBefore = head.MovedBefore is EntryHead.None ? null : head.MovedBefore,
            Rule = rule.Rule,
            ReceivedAt = SqliteForms.ToTime(steps.ReceivedAt(seq, head.ReceivedAt)),
            Earliest = head.Earliest is EntryHead.None ? null : head.Earliest,
            Latest = head.Latest,
            Count = (int)head.Count,
            Outcomes = outcomes,
            Changes = changes.Changes,
            Unreadable = changes.Unreadable,
            IsDamaged = changes.IsDamaged,
            Origins = origins,
        };
    }

    private StoredRule RuleOf(SqliteSession session, long id, Guid feed)
    {
        if (_rules.TryGetValue((id, feed), out var known)) return new(known);
        // a message may have brought many lists; those in use are read again
        if (_rules.Count >= MaxRules) _rules.Clear();
        var rule = SqliteRules.Read(session, id, feed);
        if (rule.Unreadable is null) _rules[(id, feed)] = rule.Rule;
        return rule;
    }
}
