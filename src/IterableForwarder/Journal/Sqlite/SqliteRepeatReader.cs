using IterableForwarder.Journal.Entries;
using Microsoft.Data.Sqlite;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>Reads the answers beside the writer.</summary>
internal sealed class SqliteRepeatReader(SqliteDatabase database, TimeProvider time) : IRepeatReader
{
    public Acceptance? Find(RepeatGuard guard) => Read(session => SqliteAcceptance.FindAnswer(session, guard));

    public IReadOnlyList<RepeatedMessage> Find(MessageGuards messages) => Read(session => SqliteMessages.FindRepeated(session, messages, time.GetUtcNow()));

    private T Read<T>(Func<SqliteSession, T> read)
    {
        try
        {
            using var session = new SqliteSession(database.OpenReader());
            return read(session);
        }
        catch (SqliteException e)
        {
            throw new StorageUnavailableException($"The database cannot be read: {e.Message}", e);
        }
    }
}
