using Microsoft.Data.Sqlite;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>The database file and its writer.</summary>
internal sealed class SqliteStore(SqliteDatabase database, SqliteWriter writer) : IStore
{
    public string Name => database.Path;

    public Task OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            database.Migrate();
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new StorageUnavailableException(e.Message, e);
        }
        writer.Start();
        return Task.CompletedTask;
    }

    /// <summary>Goes through the writer, as a file that can only be read is not a store. An empty transaction costs no sync.</summary>
    public Task AnswerAsync() => writer.WriteAsync(session => session.Scalar("SELECT 1"));
}
