using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>The statements about the rules that entries were accepted under.</summary>
internal static class SqliteRules
{
    /// <summary>The number of the rule; a new one where the connection has none like it.</summary>
    public static long FindOrInsert(SqliteSession session, ProjectId project, FeedId feed, EntryRule rule)
    {
        var content = StoredRule.Write(rule);
        return (long?)session.Scalar("SELECT id FROM rules WHERE connection_id = $1 AND content = $2", feed.Value, content) ?? session.Insert(
            "INSERT INTO rules (project_id, connection_id, content, content_sum, list_id, list_name) VALUES ($1, $2, $3, $4, $5, $6)",
            project.Value,
            feed.Value,
            content,
            Checksum.Of(content),
            rule.ListId,
            rule.ListName);
    }

    public static StoredRule Read(SqliteSession session, long id)
    {
        using var row = session.Query("SELECT content, content_sum FROM rules WHERE id = $1", id);
        return row.Read() ? StoredRule.Of(row.GetString(0), row.FindInt64(1)) : StoredRule.Of(null, null);
    }
}
