using IterableForwarder.Journal.Entries;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>The statements of the guards of messages. They run inside the writer's transaction.</summary>
internal static class SqliteMessages
{
    /// <summary>Rows in one commit: they lie all over the table, so each may cost a page.</summary>
    private const int RowsPerStep = 2000;

    /// <summary>The positions of the messages that were accepted within the window.</summary>
    public static IReadOnlyList<int> FindRepeated(SqliteSession session, MessageGuards messages, DateTimeOffset now)
    {
        var repeated = new List<int>();
        var (scope, since) = (messages.Project.Value.Blob(), (now - MessageGuards.Window).Millis());
        for (var i = 0; i < messages.Keys.Count; i++)
        {
            if (session.Scalar("SELECT 1 FROM messages WHERE scope = $1 AND key = $2 AND at > $3", scope, messages.Keys[i], since) is not null) repeated.Add(i);
        }
        return repeated;
    }

    /// <summary>In the order of the table, so that neighbours share a page.</summary>
    public static void Insert(SqliteSession session, MessageGuards messages, DateTimeOffset now)
    {
        var (scope, at) = (messages.Project.Value.Blob(), now.Millis());
        foreach (var key in messages.Keys.OrderBy(k => k, KeyOrder))
            session.Execute("INSERT INTO messages (scope, key, at) VALUES ($1, $2, $3) ON CONFLICT (scope, key) DO UPDATE SET at = excluded.at", scope, key, at);
    }

    /// <summary>Forgets some that are older, and returns how many; 0 when none are left.</summary>
    public static long Forget(SqliteSession session, long before) => session.Execute(
        "DELETE FROM messages WHERE (scope, key) IN (SELECT scope, key FROM messages WHERE at < $1 ORDER BY at LIMIT $2)", before, RowsPerStep);

    private static readonly Comparer<byte[]> KeyOrder = Comparer<byte[]>.Create((one, other) => one.AsSpan().SequenceCompareTo(other));
}
