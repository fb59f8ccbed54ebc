using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;
using Microsoft.Data.Sqlite;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>What can be stopped, and how. A project is only ever held.</summary>
/// <param name="ListId">The list that a hold of a connection belongs to; null for what stops all of it.</param>
internal sealed record Stoppable(Guid Thing, ProjectId Project, StopKind Kind, long? ListId = null);

/// <summary>
/// The statements that keep the history of pauses and holds. They run inside the writer's transaction, beside the change that begins or
/// ends one, and find that out by themselves.
/// </summary>
internal static class SqliteStops
{
    private const int StopsPerStep = 2000;

    public static int Record(SqliteSession session, Project? before, Project after, StopAuthor author) =>
        Record(session, HoldOf(after), before?.Hold, after.Hold, author);

    public static int Record(SqliteSession session, Connection? before, Connection after, StopAuthor author) =>
        Record(session, PauseOf(after), before?.Pause, after.Pause, author) + ListsOf(before, after).Sum(list =>
            Record(session, HoldOf(after, list), before is null ? null : StopOf(before, list), StopOf(after, list), author));

    /// <summary>Those of something that is deleted.</summary>
    public static int Clear(SqliteSession session, Guid thing) => session.Execute("DELETE FROM stops WHERE thing_id = $1", thing.Blob());

    /// <summary>Those that ended before; some of them.</summary>
    public static long Forget(SqliteSession session, long before) => session.Execute(
        "DELETE FROM stops WHERE id IN (SELECT id FROM stops WHERE ended_at < $1 ORDER BY ended_at LIMIT $2)", before, StopsPerStep);

    /// <summary>
    /// Makes the history agree with what is stopped at the start: the key ring may have gone or come back meanwhile, and what was
    /// stopped before there was a history is in none.
    /// </summary>
    public static int Reconcile(SqliteSession session, IEnumerable<(Stoppable What, Stop? Stop)> all, DateTimeOffset now)
    {
        var lasting = ReadLasting(session.Connection);
        foreach (var (what, stop) in all)
        {
            var reason = lasting.GetValueOrDefault((what.Thing, what.Kind, what.ListId));
            if (reason == stop?.Reason) continue;
            if (reason is not null) End(session, what, new(Stop.Service, null, now));
            if (stop is not null) Begin(session, what, stop);
        }
        return lasting.Count;
    }

    public static Stoppable HoldOf(Project project) => new(project.Id.Value, project.Id, StopKind.Hold);

    public static Stoppable HoldOf(Connection connection, long? listId) => new(connection.Id.Value, connection.ProjectId, StopKind.Hold, listId);

    public static Stoppable PauseOf(Connection connection) => new(connection.Id.Value, connection.ProjectId, StopKind.Pause);

    private static int Record(SqliteSession session, Stoppable what, Stop? before, Stop? after, StopAuthor author)
    {
        if (before == after) return 0;
        if (before is not null) End(session, what, author);
        // one that takes another's place keeps its beginning for the answer, yet it was only asked for now
        return after is null ? 0 : Begin(session, what, before?.Since == after.Since ? after with { Since = author.At } : after);
    }

    private static int Begin(SqliteSession session, Stoppable what, Stop stop) => session.Execute(
        "INSERT INTO stops (thing_id, project_id, kind, reason, detail, begun_by, since, list_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        what.Thing.Blob(), what.Project.Value.Blob(), SettingsWords.StopKinds[what.Kind], stop.Reason, stop.Detail, stop.By, stop.Since.Millis(), what.ListId);

    private static int End(SqliteSession session, Stoppable what, StopAuthor author) => session.Execute(
        "UPDATE stops SET ended_at = $3, ended_by = $4, end_reason = $5 WHERE thing_id = $1 AND kind = $2 AND list_id IS $6 AND ended_at IS NULL",
        what.Thing.Blob(), SettingsWords.StopKinds[what.Kind], author.At.Millis(), author.Name, author.Reason, what.ListId);

    private static IEnumerable<long?> ListsOf(Connection? before, Connection after) =>
        (before?.Holds ?? []).Concat(after.Holds).Select(hold => hold.ListId).Distinct();

    private static Stop? StopOf(Connection connection, long? listId) => connection.Holds.FirstOrDefault(hold => hold.ListId == listId)?.Stop;

    private static Dictionary<(Guid Thing, StopKind Kind, long? ListId), string> ReadLasting(SqliteConnection connection)
    {
        var lasting = new Dictionary<(Guid, StopKind, long?), string>();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT thing_id, kind, reason, list_id FROM stops WHERE ended_at IS NULL";
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            long? list = rows.IsDBNull(3) ? null : rows.GetInt64(3);
            lasting[(SqliteForms.ToGuid((byte[])rows.GetValue(0)), SettingsWords.StopKinds.Parse(rows.GetString(1)), list)] = rows.GetString(2);
        }
        return lasting;
    }
}

/// <summary>Who changed something, and when.</summary>
/// <param name="Name"><c>service</c>, or the name of a key.</param>
/// <param name="Reason">Why it ends, in the operator's words; null where nobody said so.</param>
internal sealed record StopAuthor(string Name, string? Reason, DateTimeOffset At);
