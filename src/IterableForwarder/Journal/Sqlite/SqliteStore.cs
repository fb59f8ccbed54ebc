using Microsoft.Data.Sqlite;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>The database file, its lock and its writer.</summary>
internal sealed class SqliteStore(SqliteDatabase database, SqliteLock folder, SqliteCopies copies, SqliteWriter writer) : IStore
{
    public string Name => database.Path;

    public Task LockAsync(CancellationToken cancellationToken) => folder.TakeAsync(cancellationToken);

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await folder.TakeAsync(cancellationToken);
        try
        {
            // an attempt before this one may have left some
            database.CloseResting();
            database.Migrate();
            copies.Restore();
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new StorageUnavailableException(e.Message, e);
        }
        writer.Start();
    }

    /// <summary>Goes through the writer, as a file that can only be read is not a store. An empty transaction costs no sync.</summary>
    public Task AnswerAsync() => writer.WriteAsync(session => session.Scalar("SELECT 1"));
}
