using IterableForwarder.Journal.Entries;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>The statements of message deduplication. They run inside the writer's transaction.</summary>
internal static class SqliteMessages
{
    /// <summary>Rows in one commit: they lie all over the table, so each may cost a page.</summary>
    private const int RowsPerStep = 2000;

    /// <summary>The messages whose ids were accepted within the window.</summary>
    public static IReadOnlyList<RepeatedMessage> FindRepeated(SqliteSession session, MessageDeduplication messages, DateTimeOffset now)
    {
        var repeated = new List<RepeatedMessage>();
        var (scope, since) = (messages.Project.Value, (now - MessageDeduplication.Window).Millis());
        for (var i = 0; i < messages.All.Count; i++)
        {
            // of one that was accepted before contents were kept, only the id is known
            var content = session.Scalar("SELECT ifnull(content, 'unknown') FROM messages WHERE scope = $1 AND key = $2 AND at > $3", scope, messages.All[i].Key, since);
            if (content is not null) repeated.Add(new(i, IsSame: content is string || (long)content == messages.All[i].Content));
        }
        return repeated;
    }

    /// <summary>In the order of the table, so that neighbours share a page.</summary>
    public static void Insert(SqliteSession session, MessageDeduplication messages, DateTimeOffset now)
    {
        var (scope, at) = (messages.Project.Value, now.Millis());
        foreach (var message in messages.All.OrderBy(m => m.Key, KeyOrder))
        {
            session.Execute(
                """
                INSERT INTO messages (scope, key, at, content) VALUES ($1, $2, $3, $4)
                ON CONFLICT (scope, key) DO UPDATE SET at = excluded.at, content = excluded.content
                """,
                scope,
                message.Key,
                at,
                message.Content);
        }
    }

    /// <summary>Forgets some that are older, and returns how many; 0 when none are left.</summary>
    public static long Forget(SqliteSession session, long before) => session.Execute(
        "DELETE FROM messages WHERE (scope, key) IN (SELECT scope, key FROM messages WHERE at < $1 ORDER BY at LIMIT $2)", before, RowsPerStep);

    private static readonly Comparer<byte[]> KeyOrder = Comparer<byte[]>.Create((one, other) => one.AsSpan().SequenceCompareTo(other));
}
