using IterableForwarder.Journal.Entries;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>Reads the answers beside the writer.</summary>
internal sealed class SqliteRepeatReader(SqliteDatabase database, TimeProvider time) : IRepeatReader
{
    public Acceptance? Find(RepeatGuard guard) => database.Read(session => SqliteAcceptance.FindAnswer(session, guard));

    public IReadOnlyList<RepeatedMessage> Find(MessageGuards messages) => database.Read(session => SqliteMessages.FindRepeated(session, messages, time.GetUtcNow()));
}
