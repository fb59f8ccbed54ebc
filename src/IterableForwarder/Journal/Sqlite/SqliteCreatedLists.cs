using System.Security.Cryptography;
using System.Text;
using Dapper;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>The requested lists in SQLite.</summary>
internal sealed class SqliteCreatedLists(SqliteReaders readers, SqliteWriter writer) : ICreatedLists
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    public Task<CreatedList?> FindAsync(RequestedList list, CancellationToken cancellationToken) => readers.Questions.ReadAsync(
        session =>
        {
            var row = session.Connection.QuerySingleOrDefault<Row>(
                "SELECT list_id AS ListId, asked_at AS AskedAt FROM made_lists WHERE project_id = @project AND key_hash = @key AND name = @name",
                new { project = list.Project.Value.Blob(), key = HashOf(list), name = list.Name });
            return row is null ? null : new CreatedList(row.ListId, SqliteForms.ToTime(row.AskedAt));
        },
        cancellationToken);

    public Task AskAsync(RequestedList list, DateTimeOffset at) => writer.WriteAsync(session =>
    {
        session.Execute("DELETE FROM made_lists WHERE asked_at < $1", (at - Kept).Millis());
        return session.Execute(
            """
            INSERT INTO made_lists (project_id, key_hash, name, asked_at) VALUES ($1, $2, $3, $4)
            ON CONFLICT DO UPDATE SET list_id = NULL, asked_at = excluded.asked_at
            """,
            list.Project.Value, HashOf(list), list.Name, at.Millis());
    });

    public Task CreatedAsync(RequestedList list, long listId) => writer.WriteAsync(session => session.Execute(
        "UPDATE made_lists SET list_id = $4 WHERE project_id = $1 AND key_hash = $2 AND name = $3",
        list.Project.Value, HashOf(list), list.Name, listId));

    public Task RefusedAsync(RequestedList list) => writer.WriteAsync(session => session.Execute(
        "DELETE FROM made_lists WHERE project_id = $1 AND key_hash = $2 AND name = $3",
        list.Project.Value, HashOf(list), list.Name));

    private static byte[] HashOf(RequestedList list) => SHA256.HashData(Encoding.UTF8.GetBytes(list.ApiKey));

    private sealed class Row
    {
        public long? ListId { get; init; }

        public long AskedAt { get; init; }
    }
}
