using IterableForwarder.Journal.Entries;
using Microsoft.Data.Sqlite;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>Reads the answers beside the writer.</summary>
internal sealed class SqliteRepeatReader(SqliteDatabase database) : IRepeatReader
{
    public Acceptance? Find(RepeatGuard guard)
    {
        try
        {
            using var session = new SqliteSession(database.OpenReader());
            return SqliteAcceptance.FindAnswer(session, guard);
        }
        catch (SqliteException e)
        {
            throw new StorageUnavailableException($"The database cannot be read: {e.Message}", e);
        }
    }
}
