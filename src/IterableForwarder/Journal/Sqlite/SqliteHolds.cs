using Dapper;
using IterableForwarder.Journal.Settings;
using Microsoft.Data.Sqlite;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>The statements about the history of pauses and holds. Those that write run inside the writer's transaction.</summary>
internal static class SqliteHolds
{
    private const int HoldsPerStep = 2000;

    private const string Page =
        """
        SELECT id AS Number, kind AS Kind, reason AS Reason, detail AS Detail, begun_by AS BegunBy, since AS Since, ended_at AS EndedAt,
            ended_by AS EndedBy, end_reason AS EndReason, list_id AS ListId
        FROM stops WHERE (thing_id = @thing OR (thing_id = @other AND kind = 'hold')) AND id < @before ORDER BY id DESC LIMIT @limit
        """;

    public static void Record(SqliteSession session, IReadOnlyList<HoldChange> holds)
    {
        foreach (var (what, endedBy, begun) in holds)
        {
            if (endedBy is not null) End(session, what, endedBy);
            if (begun is not null) Begin(session, what, begun);
        }
    }

    /// <summary>Those of something that is deleted.</summary>
    public static int Clear(SqliteSession session, Guid thing) => session.Execute("DELETE FROM stops WHERE thing_id = $1", thing);

    /// <summary>Those that ended before; some of them.</summary>
    public static long Forget(SqliteSession session, long before) => session.Execute(
        "DELETE FROM stops WHERE id IN (SELECT id FROM stops WHERE ended_at < $1 ORDER BY ended_at LIMIT $2)", before, HoldsPerStep);

    public static IReadOnlyDictionary<(Guid Thing, HoldKind Kind, long? ListId), string> ReadLasting(SqliteConnection reader) => reader
        .Query<(byte[] Thing, string Kind, string Reason, long? ListId)>("SELECT thing_id, kind, reason, list_id FROM stops WHERE ended_at IS NULL ORDER BY id")
        // of which kind a damaged one was is not known to anybody: what lasts is begun anew
        .Where(s => SettingsWords.HoldKinds.TryParse(s.Kind, out _))
        .GroupBy(s => (SqliteForms.ToGuid(s.Thing), SettingsWords.HoldKinds.Parse(s.Kind), s.ListId))
        .ToDictionary(s => s.Key, s => s.Last().Reason);

    public static IReadOnlyList<PastHold> Read(SqliteConnection reader, HoldFilter filter, long before, int limit) =>
        [.. reader.Query<Row>(Page, new { thing = filter.Thing.Blob(), other = filter.HoldsOf?.Blob(), before, limit }).Select(PastHoldOf)];

    private static int Begin(SqliteSession session, Holdable what, HoldCause hold) => session.Execute(
        "INSERT INTO stops (thing_id, project_id, kind, reason, detail, begun_by, since, list_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        what.Thing, what.Project.Value, SettingsWords.HoldKinds[what.Kind], hold.Reason, hold.Detail, hold.By, hold.Since.Millis(), what.ListId);

    private static int End(SqliteSession session, Holdable what, HoldAuthor author) => session.Execute(
        "UPDATE stops SET ended_at = $3, ended_by = $4, end_reason = $5 WHERE thing_id = $1 AND kind = $2 AND list_id IS $6 AND ended_at IS NULL",
        what.Thing, SettingsWords.HoldKinds[what.Kind], author.At.Millis(), author.Name, author.Reason, what.ListId);

    private static PastHold PastHoldOf(Row row) => new(
        row.Number,
        SettingsWords.HoldKinds.ParseOr(row.Kind, HoldKind.Hold),
        new HoldCause(row.Reason, row.Detail, row.BegunBy, SqliteForms.ToTime(row.Since)),
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
