using IterableForwarder.Journal.MemberIndex;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>The segments of the index of members in SQLite.</summary>
internal sealed class SqliteBlockStore(SqliteReaders readers, SqliteWriter writer) : IBlockStore
{
    /// <summary>Pages removed in one write: accepted batches wait meanwhile.</summary>
    private const int PagesPerWrite = 128;

    /// <summary>An empty batch has no body; the source's id of a batch is that of its first entry.</summary>
    private const string Members =
        """
        SELECT e.seq, b.members, CASE WHEN e.first_index = 0 THEN e.source_id END FROM entries e LEFT JOIN bodies b ON b.id = e.body_id
        WHERE e.seq > $1 AND e.seq <= $2 ORDER BY e.seq
        """;

    public Task<long> ReadLastIndexedAsync(CancellationToken cancellationToken) =>
        readers.Questions.ReadAsync(session => session.Scalar("SELECT MAX(last_seq) FROM member_segments") as long? ?? 0, cancellationToken);

    public IAsyncEnumerable<EntryMembers> WalkForwardAsync(long after, long upTo, CancellationToken cancellationToken) =>
        readers.Questions.WalkAsync(session => Walk(session, Members, after, upTo), BytesOf, cancellationToken);

    public IAsyncEnumerable<EntryMembers> WalkBackwardAsync(long after, long upTo, CancellationToken cancellationToken) =>
        readers.Questions.WalkAsync(session => Walk(session, Members + " DESC", after, upTo), BytesOf, cancellationToken);

    public Task<IReadOnlyList<MemberSegment>> ReadSegmentsAsync(CancellationToken cancellationToken) =>
        readers.Questions.ReadAsync<IReadOnlyList<MemberSegment>>(
            session =>
            {
                var segments = new List<MemberSegment>();
                using var rows = session.Query("SELECT id, first_seq FROM member_segments ORDER BY id DESC");
                while (rows.Read()) segments.Add(new(rows.GetInt64(0), rows.GetInt64(1)));
                return segments;
            },
            cancellationToken);

    public Task<IReadOnlyList<SegmentPage>> ReadPagesAsync(IReadOnlyList<long> segments, IReadOnlyList<int> buckets, CancellationToken cancellationToken) =>
        readers.Questions.ReadAsync<IReadOnlyList<SegmentPage>>(
            session =>
            {
                var pages = new List<SegmentPage>();
                foreach (var segment in segments)
                {
                    foreach (var bucket in buckets)
                    {
                        if (session.Scalar("SELECT pairs FROM member_pages WHERE segment = $1 AND bucket = $2", segment, bucket) is byte[] pairs)
                            pages.Add(new(segment, bucket, pairs));
                    }
                }
                return pages;
            },
            cancellationToken);

    public Task InsertSegmentAsync(long firstSeq, long lastSeq, byte[][] pages) => writer.WriteAsync(session =>
    {
        var segment = session.Insert("INSERT INTO member_segments (first_seq, last_seq) VALUES ($1, $2)", firstSeq, lastSeq);
        for (var bucket = 0; bucket < pages.Length; bucket++)
        {
            if (pages[bucket].Length > 0) session.Execute("INSERT INTO member_pages (segment, bucket, pairs) VALUES ($1, $2, $3)", segment, bucket, pages[bucket]);
        }
        return segment;
    });

    public Task<IReadOnlyList<long>> ReadEmptySegmentsAsync(CancellationToken cancellationToken) => readers.Questions.ReadAsync<IReadOnlyList<long>>(
        session =>
        {
            var empty = new List<long>();
            using var rows = session.Query(
                "SELECT id FROM member_segments s WHERE NOT EXISTS (SELECT 1 FROM entries e WHERE e.seq BETWEEN s.first_seq AND s.last_seq)");
            while (rows.Read()) empty.Add(rows.GetInt64(0));
            return empty;
        },
        cancellationToken);

    public async Task RemoveSegmentAsync(long segment, CancellationToken cancellationToken)
    {
        for (var bucket = 0; bucket < MemberPage.Buckets; bucket += PagesPerWrite)
        {
            var from = bucket;
            cancellationToken.ThrowIfCancellationRequested();
            await writer.WriteAsync(session => session.Execute(
                "DELETE FROM member_pages WHERE segment = $1 AND bucket >= $2 AND bucket < $3", segment, from, from + PagesPerWrite));
        }
        // last, so that what is not done is found again
        await writer.WriteAsync(session => session.Execute("DELETE FROM member_segments WHERE id = $1", segment));
    }

    /// <summary>A segment takes 2 MB of them: what is read ahead of its end is read again for the next one, so little is.</summary>
    private static int BytesOf(EntryMembers entry) => entry.Members.Length * 4;

    private static IEnumerable<EntryMembers> Walk(SqliteSession session, string sql, long after, long upTo)
    {
        using var rows = session.Query(sql, after, upTo);
        while (rows.Read()) yield return new(rows.GetInt64(0), rows.IsNull(1) ? [] : rows.GetBytes(1), rows.IsNull(2) ? null : rows.GetString(2));
    }
}
