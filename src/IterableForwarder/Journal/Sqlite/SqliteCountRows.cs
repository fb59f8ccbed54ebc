using Dapper;
using IterableForwarder.Changes;
using Microsoft.Data.Sqlite;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>Reads the totals beside the oldest pending entry. One statement sees one state of the database, so the numbers agree.</summary>
internal static class SqliteCountRows
{
    private const string Oldest = "(SELECT e.received_at FROM entries e WHERE e.connection_id = t.connection_id AND e.state = 0 ORDER BY e.seq LIMIT 1)";

    private const string Counts =
        $"""
        SELECT t.connection_id AS ConnectionId, t.received AS Received, t.delivered AS Delivered, t.superseded AS Superseded,
            t.dropped AS Dropped, t.rejected AS Rejected, t.last_delivered_at AS LastDeliveredAt, t.last_error AS LastError, {Oldest} AS Oldest
        FROM totals t WHERE t.connection_id IN @ids
        """;

    /// <summary>One look into the index of pending entries for each connection that has any.</summary>
    private const string OldestPending =
        $"SELECT t.connection_id, {Oldest} FROM totals t WHERE t.received > t.delivered + t.superseded + t.dropped + t.rejected";

    public static IReadOnlyList<FeedCounts> Read(SqliteConnection reader, IEnumerable<FeedId> ids) =>
        [.. reader.Query<Row>(Counts, new { ids = ids.Select(id => id.Value.Blob()).ToArray() }).Select(CountsOf)];

    public static IReadOnlyList<(FeedId Connection, DateTimeOffset Since)> ReadOldestPending(SqliteConnection reader) =>
    [
        .. reader.Query<(byte[] Connection, long? Since)>(OldestPending)
            .Where(row => row.Since is not null)
            .Select(row => (new FeedId(SqliteForms.ToGuid(row.Connection)), SqliteForms.ToTime(row.Since!.Value))),
    ];

    private static FeedCounts CountsOf(Row row) =>
        new(new FeedId(SqliteForms.ToGuid(row.ConnectionId)), row.Received, row.Delivered, row.Superseded, row.Dropped, row.Rejected)
        {
            LastDeliveredAt = row.LastDeliveredAt is { } delivered ? SqliteForms.ToTime(delivered) : null,
            LastError = row.LastError,
            OldestPending = row.Oldest is { } oldest ? SqliteForms.ToTime(oldest) : null,
        };

    private sealed class Row
    {
        public required byte[] ConnectionId { get; init; }

        public long Received { get; init; }

        public long Delivered { get; init; }

        public long Superseded { get; init; }

        public long Dropped { get; init; }

        public long Rejected { get; init; }

        public long? LastDeliveredAt { get; init; }

        public string? LastError { get; init; }

        public long? Oldest { get; init; }
    }
}
