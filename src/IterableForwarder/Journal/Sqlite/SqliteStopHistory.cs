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
            ended_by AS EndedBy, end_reason AS EndReason, list_id AS ListId
        FROM stops WHERE (thing_id = @thing OR (thing_id = @other AND kind = 'hold')) AND id < @before ORDER BY id DESC LIMIT @limit
        """;

    public IReadOnlyList<PastStop> Read(ProjectId id, long before, int limit) => Read(id.Value, before, limit);

    public IReadOnlyList<PastStop> Read(ConnectionId id, long before, int limit) => Read(id.Value, before, limit);

    /// <summary>A pause has a row for each side; that of the events stands for both.</summary>
    public IReadOnlyList<PastStop> Read(EventStream stream, long before, int limit) => Read(stream.Id.Value, before, limit, stream.UsersId.Value);

    private PastStop[] Read(Guid thing, long before, int limit, Guid? other = null) => database.Read<PastStop[]>(
        session => [.. session.Connection.Query<Row>(Sql, new { thing = thing.Blob(), other = other?.Blob(), before, limit }).Select(StopOf)]);

    private static PastStop StopOf(Row row) => new(
        row.Number,
        SettingsWords.StopKinds.Parse(row.Kind),
        new Stop(row.Reason, row.Detail, row.BegunBy, SqliteForms.ToTime(row.Since)),
        row.EndedAt is { } at ? SqliteForms.ToTime(at) : null,
        row.EndedBy,
        row.EndReason,
        row.ListId);

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

        public string? EndReason { get; init; }

        public long? ListId { get; init; }
    }
}
