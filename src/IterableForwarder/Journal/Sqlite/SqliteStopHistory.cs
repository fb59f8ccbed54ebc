using Dapper;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>Reads the history beside the writer.</summary>
internal sealed class SqliteStopHistory(SqliteDatabase database) : IStopHistory
{
    private const string Sql =
        """
        SELECT id AS Number, kind AS Kind, reason AS Reason, detail AS Detail, begun_by AS BegunBy, since AS Since, ended_at AS EndedAt,
            ended_by AS EndedBy
        FROM stops WHERE thing_id = @thing AND id < @before ORDER BY id DESC LIMIT @limit
        """;

    public IReadOnlyList<PastStop> Read(ProjectId id, long before, int limit) => Read(id.Value, before, limit);

    public IReadOnlyList<PastStop> Read(ConnectionId id, long before, int limit) => Read(id.Value, before, limit);

    private PastStop[] Read(Guid thing, long before, int limit) => database.Read<PastStop[]>(
        session => [.. session.Connection.Query<Row>(Sql, new { thing = thing.Blob(), before, limit }).Select(StopOf)]);

    private static PastStop StopOf(Row row) => new(
        row.Number,
        SettingsWords.StopKinds.Parse(row.Kind),
        new Stop(row.Reason, row.Detail, row.BegunBy, SqliteForms.ToTime(row.Since)),
        row.EndedAt is { } at ? SqliteForms.ToTime(at) : null,
        row.EndedBy);

    private sealed class Row
    {
        public long Number { get; init; }

        public required string Kind { get; init; }

        public required string Reason { get; init; }

        public string? Detail { get; init; }

        public required string BegunBy { get; init; }

        public long Since { get; init; }

        public long? EndedAt { get; init; }

        public string? EndedBy { get; init; }
    }
}
