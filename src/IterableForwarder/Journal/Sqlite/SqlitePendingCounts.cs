using IterableForwarder.Changes;
using IterableForwarder.Journal.Limits;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>
/// Reads how much is pending from the totals: at the start, and whenever the writer opens the store anew, as a commit that failed may
/// stand after all.
/// </summary>
internal sealed class SqlitePendingCounts(SqliteWriter writer, PendingCounts counts) : IJournalPart
{
    public Task LoadAsync(CancellationToken cancellationToken)
    {
        // loading may be tried several times
        writer.Opened -= Load;
        writer.Opened += Load;
        return writer.WriteAsync(Read, counts.Load);
    }

    private void Load(SqliteSession session) => counts.Load(Read(session));

    private static List<CountedChanges> Read(SqliteSession session)
    {
        var pending = new List<CountedChanges>();
        using var rows = session.Query(
            """
            SELECT connection_id, received - delivered - superseded - dropped - rejected FROM totals
            WHERE received > delivered + superseded + dropped + rejected
            """);
        while (rows.Read()) pending.Add(new(new ConnectionId(SqliteForms.ToGuid((byte[])rows.GetValue(0))), rows.GetInt64(1)));
        return pending;
    }
}
