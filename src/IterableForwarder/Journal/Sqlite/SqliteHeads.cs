using IterableForwarder.Journal.Entries;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>Reads the heads of entries. A query that needs them begins with their columns.</summary>
internal static class SqliteHeads
{
    /// <summary>Of <c>entries e</c>.</summary>
    public const string Columns =
        "e.project_id, e.connection_id, e.batch_id, e.body_id, e.rule_id, e.received_at, e.earliest, e.latest, e.moved_before, e.received, e.head_sum";

    /// <summary>The number of the first column behind them.</summary>
    public const int End = 11;

    /// <summary>The head in the present row.</summary>
    public static StoredHead Read(SqliteRows row) => new(
        new(
            row.GetGuid(0), row.GetGuid(1), row.GetGuid(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), row.FindInt64(6) ?? EntryHead.None,
            row.GetInt64(7), row.FindInt64(8) ?? EntryHead.None, row.GetInt64(9)),
        row.FindInt64(10));

    /// <summary>The changes in the body that a head leads to, whether or not that is the right one.</summary>
    public static StoredChanges ReadChanges(SqliteSession session, EntryHead head)
    {
        using var row = session.Query("SELECT changes, form, changes_sum FROM bodies WHERE id = $1", head.Body);
        return row.Read() ? StoredChanges.Of(row.FindBytes(0), row.GetInt32(1), row.FindInt64(2)) : StoredChanges.Of(null, 0, null);
    }
}
