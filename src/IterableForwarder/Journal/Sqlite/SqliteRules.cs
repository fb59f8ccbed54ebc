using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>The statements about the rules that entries were accepted under.</summary>
internal static class SqliteRules
{
    /// <summary>The number of the rule; a new one where the connection has none like it. One that is damaged is written anew: what is accepted under it must be right.</summary>
    public static long FindOrInsert(SqliteSession session, ProjectId project, FeedId feed, EntryRule rule)
    {
        const string Find = "SELECT id FROM rules WHERE connection_id = $1 AND content = $2 AND content_sum IS $3 AND list_id IS $4 AND list_name IS $5";
        var content = StoredRule.Write(rule);
        var checksum = Checksum.Of(content);
        if (session.Scalar(Find, feed.Value, content, checksum, rule.ListId, rule.ListName) is long known) return known;
        session.Execute(
            """
            INSERT INTO rules (project_id, connection_id, content, content_sum, list_id, list_name) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (connection_id, content) DO UPDATE SET content_sum = excluded.content_sum, list_id = excluded.list_id, list_name = excluded.list_name
            """,
            project.Value,
            feed.Value,
            content,
            checksum,
            rule.ListId,
            rule.ListName);
        return (long)session.Scalar(Find, feed.Value, content, checksum, rule.ListId, rule.ListName)!;
    }

    /// <param name="session">Reads it.</param>
    /// <param name="id">Its number.</param>
    /// <param name="feed">Whose it must be.</param>
    public static StoredRule Read(SqliteSession session, long id, Guid feed)
    {
        using var row = session.Query("SELECT content, content_sum, list_id, list_name FROM rules WHERE id = $1 AND connection_id = $2", id, feed);
        return row.Read() ? StoredRule.Of(row.GetString(0), row.FindInt64(1), row.FindInt64(2), row.IsNull(3) ? null : row.GetString(3)) : StoredRule.Missing;
    }
}
