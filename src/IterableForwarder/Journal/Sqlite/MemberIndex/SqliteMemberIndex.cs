using System.Runtime.InteropServices;
using IterableForwarder.Journal.MemberIndex;
using IterableForwarder.Mapping;
using Microsoft.Data.Sqlite;

namespace IterableForwarder.Journal.Sqlite.MemberIndex;

/// <summary>
/// The index of members, and of the ids of the messages they came in: segments on disk, behind them the tail in memory, and behind that what
/// nobody has read yet. One reads on and writes segments; any number search.
/// </summary>
internal sealed class SqliteMemberIndex(SqliteDatabase database, SqliteWriter writer) : IJournalPart
{
    /// <summary>Pages removed in one write: they lie all over the file, and accepted batches wait meanwhile.</summary>
    private const int PagesPerWrite = 128;

    /// <summary>An empty batch has no body; the source's id of a batch is that of its first entry.</summary>
    private const string Unread =
        "SELECT e.seq, b.members, CASE WHEN e.first_index = 0 THEN e.source_id END FROM entries e LEFT JOIN bodies b ON b.id = e.body_id WHERE e.seq > $1 ";

    private readonly Lock _gate = new();
    private MemberTail _tail = new(0);

    public async Task LoadAsync(CancellationToken cancellationToken) =>
        _tail = new(await writer.WriteAsync(session => session.Scalar("SELECT MAX(last_seq) FROM member_segments") as long? ?? 0));

    /// <summary>Reads on until there is enough for a segment. True when there is, false when all has been read.</summary>
    public bool ReadOn() => database.Read(session =>
    {
        using var rows = session.Query(Unread + "ORDER BY e.seq", _tail.ReadTo);
        while (!_tail.IsEnough && rows.Read())
        {
            var seq = rows.GetInt64(0);
            if (!_tail.HasRoomFor(seq)) return true;
            lock (_gate) _tail.Add(seq, MembersOf(rows), SourceOf(rows));
        }
        return _tail.IsEnough;
    });

    /// <summary>Makes a segment of what has been read.</summary>
    public async Task WriteSegmentAsync()
    {
        var tail = _tail;
        if (tail.Pairs.Count == 0) return;
        var pages = await OwnThread.RunAsync(() => MemberPage.Cut(tail.Pairs, tail.FirstSeq));
        await writer.WriteAsync(session => Insert(session, tail, pages));
        // in between, both have it: who searches looks for an entry once
        lock (_gate) tail.Clear();
    }

    /// <summary>Removes the segments of which no entry is left.</summary>
    public async Task RemoveEmptyAsync(CancellationToken cancellationToken)
    {
        foreach (var segment in EmptySegments())
        {
            for (var bucket = 0; bucket < MemberPage.Buckets; bucket += PagesPerWrite)
            {
                var from = bucket;
                cancellationToken.ThrowIfCancellationRequested();
                await writer.WriteAsync(session => RemovePages(session, segment, from));
            }
            // last, so that what is not done is found again
            await writer.WriteAsync(session => session.Execute("DELETE FROM member_segments WHERE id = $1", segment));
        }
    }

    /// <summary>
    /// The entries that may hold someone of these fingerprints, the newest first. Read them while the session's transaction lasts: it
    /// begins here at the latest.
    /// </summary>
    /// <param name="session">A session for reading, inside a transaction.</param>
    /// <param name="fingerprints">Of the person.</param>
    /// <param name="upTo">No entry behind this one.</param>
    public IEnumerable<long> Find(SqliteSession session, ulong[] fingerprints, long upTo)
    {
        var (segments, tail, readTo) = Snapshot(session, fingerprints);
        var last = long.MaxValue;
        foreach (var seq in InUnread(session, fingerprints, readTo, upTo).Concat(tail).Concat(segments.SelectMany(s => InSegment(session, fingerprints, s, upTo))))
        {
            if (seq > upTo || seq >= last) continue;
            last = seq;
            yield return seq;
        }
    }

    /// <summary>
    /// The segments, and what of the tail is wanted, as of one moment: the first read fixes what the transaction sees, and the tail does
    /// not go into a segment meanwhile.
    /// </summary>
    private (List<Segment> Segments, long[] InTail, long ReadTo) Snapshot(SqliteSession session, ulong[] fingerprints)
    {
        lock (_gate)
        {
            var segments = new List<Segment>();
            using var rows = session.Query("SELECT id, first_seq FROM member_segments ORDER BY id DESC");
            while (rows.Read()) segments.Add(new(rows.GetInt64(0), rows.GetInt64(1)));
            return (segments, _tail.Find(fingerprints), _tail.ReadTo);
        }
    }

    private static IEnumerable<long> InUnread(SqliteSession session, ulong[] fingerprints, long readTo, long upTo)
    {
        using var rows = session.Query(Unread + "AND e.seq <= $2 ORDER BY e.seq DESC", readTo, upTo);
        while (rows.Read())
        {
            if (IsAnyIn(rows, fingerprints)) yield return rows.GetInt64(0);
        }
    }

    private static bool IsAnyIn(SqliteDataReader unread, ulong[] fingerprints)
    {
        var members = MembersOf(unread);
        var source = SourceOf(unread);
        foreach (var fingerprint in fingerprints)
        {
            if (fingerprint == source || members.BinarySearch(fingerprint) >= 0) return true;
        }
        return false;
    }

    private static ReadOnlySpan<ulong> MembersOf(SqliteDataReader unread) => unread.IsDBNull(1) ? [] : MemoryMarshal.Cast<byte, ulong>((byte[])unread.GetValue(1));

    private static ulong? SourceOf(SqliteDataReader unread) => unread.IsDBNull(2) ? null : MemberFingerprint.OfSourceId(unread.GetString(2));

    private static IEnumerable<long> InSegment(SqliteSession session, ulong[] fingerprints, Segment segment, long upTo)
    {
        if (segment.FirstSeq > upTo) return [];
        var found = new SortedSet<long>();
        foreach (var fingerprint in fingerprints)
        {
            if (session.Scalar("SELECT pairs FROM member_pages WHERE bucket = $1 AND segment = $2", MemberPage.BucketOf(fingerprint), segment.Id) is byte[] page)
                found.UnionWith(MemberPage.Find(page, fingerprint, segment.FirstSeq));
        }
        return found.Reverse();
    }

    private static int Insert(SqliteSession session, MemberTail tail, byte[][] pages)
    {
        var segment = session.Insert("INSERT INTO member_segments (first_seq, last_seq) VALUES ($1, $2)", tail.FirstSeq, tail.ReadTo);
        for (var bucket = 0; bucket < pages.Length; bucket++)
        {
            if (pages[bucket].Length > 0) session.Execute("INSERT INTO member_pages (bucket, segment, pairs) VALUES ($1, $2, $3)", bucket, segment, pages[bucket]);
        }
        return pages.Length;
    }

    private List<long> EmptySegments() => database.Read(session =>
    {
        var empty = new List<long>();
        using var rows = session.Query(
            "SELECT id FROM member_segments s WHERE NOT EXISTS (SELECT 1 FROM entries e WHERE e.seq BETWEEN s.first_seq AND s.last_seq)");
        while (rows.Read()) empty.Add(rows.GetInt64(0));
        return empty;
    });

    /// <summary>One by one, as the table is sorted by bucket: a segment's pages do not stand together.</summary>
    private static int RemovePages(SqliteSession session, long segment, int from)
    {
        for (var bucket = from; bucket < from + PagesPerWrite; bucket++)
            session.Execute("DELETE FROM member_pages WHERE bucket = $1 AND segment = $2", bucket, segment);
        return PagesPerWrite;
    }

    private readonly record struct Segment(long Id, long FirstSeq);
}
