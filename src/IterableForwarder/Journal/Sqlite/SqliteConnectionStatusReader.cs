using Dapper;
using IterableForwarder.Changes;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>Reads the totals beside the oldest pending entry. One statement sees one state of the database, so the numbers agree.</summary>
internal sealed class SqliteConnectionStatusReader(SqliteDatabase database, TimeProvider time) : IConnectionStatusReader
{
    private const string Sql =
        """
        SELECT t.connection_id AS ConnectionId, t.received AS Received, t.delivered AS Delivered, t.superseded AS Superseded,
            t.dropped AS Dropped, t.rejected AS Rejected, t.last_delivered_at AS LastDeliveredAt, t.last_error AS LastError,
            (SELECT e.received_at FROM entries e WHERE e.connection_id = t.connection_id AND e.state = 0 ORDER BY e.seq LIMIT 1) AS Oldest
        FROM totals t WHERE t.connection_id IN @ids
        """;

    public Task<IReadOnlyDictionary<ConnectionId, ConnectionStatus>> ReadAsync(IReadOnlyCollection<ConnectionId> ids, CancellationToken cancellationToken)
    {
        var statuses = ids.ToDictionary(id => id, _ => ConnectionStatus.None);
        var rows = database.Read(session => session.Connection.Query<Row>(Sql, new { ids = ids.Select(id => id.Value.Blob()).ToArray() }));
        foreach (var row in rows) statuses[new ConnectionId(SqliteForms.ToGuid(row.ConnectionId))] = StatusOf(row);
        return Task.FromResult<IReadOnlyDictionary<ConnectionId, ConnectionStatus>>(statuses);
    }

    private ConnectionStatus StatusOf(Row row) => new(
        row.Received - row.Delivered - row.Superseded - row.Dropped - row.Rejected,
        row.Oldest is { } oldest ? Math.Max(0, time.GetUtcNow().Millis() - oldest) / 1000.0 : 0,
        row.Delivered, row.Superseded, row.Dropped, row.Rejected,
        row.LastDeliveredAt is { } delivered ? SqliteForms.ToTime(delivered) : null,
        row.LastError);

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
