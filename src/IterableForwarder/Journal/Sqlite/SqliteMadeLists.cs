using System.Security.Cryptography;
using System.Text;
using Dapper;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>The wishes for lists in SQLite.</summary>
internal sealed class SqliteMadeLists(SqliteReaders readers, SqliteWriter writer) : IMadeLists
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    public Task<MadeList?> FindAsync(ListWish wish, CancellationToken cancellationToken) => readers.Questions.ReadAsync(
        session =>
        {
            var row = session.Connection.QuerySingleOrDefault<Row>(
                "SELECT list_id AS ListId, asked_at AS AskedAt FROM made_lists WHERE project_id = @project AND key_hash = @key AND name = @name",
                new { project = wish.Project.Value.Blob(), key = HashOf(wish), name = wish.Name });
            return row is null ? null : new MadeList(row.ListId, SqliteForms.ToTime(row.AskedAt));
        },
        cancellationToken);

    public Task AskAsync(ListWish wish, DateTimeOffset at) => writer.WriteAsync(session =>
    {
        session.Execute("DELETE FROM made_lists WHERE asked_at < $1", (at - Kept).Millis());
        return session.Execute(
            """
            INSERT INTO made_lists (project_id, key_hash, name, asked_at) VALUES ($1, $2, $3, $4)
            ON CONFLICT DO UPDATE SET list_id = NULL, asked_at = excluded.asked_at
            """,
            wish.Project.Value.Blob(), HashOf(wish), wish.Name, at.Millis());
    });

    public Task MadeAsync(ListWish wish, long listId) => writer.WriteAsync(session => session.Execute(
        "UPDATE made_lists SET list_id = $4 WHERE project_id = $1 AND key_hash = $2 AND name = $3",
        wish.Project.Value.Blob(), HashOf(wish), wish.Name, listId));

    public Task RefusedAsync(ListWish wish) => writer.WriteAsync(session => session.Execute(
        "DELETE FROM made_lists WHERE project_id = $1 AND key_hash = $2 AND name = $3",
        wish.Project.Value.Blob(), HashOf(wish), wish.Name));

    private static byte[] HashOf(ListWish wish) => SHA256.HashData(Encoding.UTF8.GetBytes(wish.ApiKey));

    private sealed class Row
    {
        public long? ListId { get; init; }

        public long AskedAt { get; init; }
    }
}
