using IterableForwarder.Changes;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>Reads them from the totals, with one look into the index of pending entries for each connection that has any.</summary>
internal sealed class SqlitePendingAges(SqliteDatabase database) : IPendingAges
{
    private const string Sql =
        """
        SELECT t.connection_id, (SELECT e.received_at FROM entries e WHERE e.connection_id = t.connection_id AND e.state = 0 ORDER BY e.seq LIMIT 1)
        FROM totals t WHERE t.received > t.delivered + t.superseded + t.dropped + t.rejected
        """;

    public IReadOnlyList<(ConnectionId Connection, DateTimeOffset Since)> Read() => database.Read(session =>
    {
        var ages = new List<(ConnectionId, DateTimeOffset)>();
        using var rows = session.Query(Sql);
        while (rows.Read())
        {
            if (!rows.IsDBNull(1)) ages.Add((new(SqliteForms.ToGuid((byte[])rows.GetValue(0))), SqliteForms.ToTime(rows.GetInt64(1))));
        }
        return ages;
    });
}
