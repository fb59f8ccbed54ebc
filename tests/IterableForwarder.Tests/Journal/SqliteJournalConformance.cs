namespace IterableForwarder.Tests.Journal;

public sealed class SqliteJournalConformance : JournalConformance
{
    private protected override IJournalEngine Create() => new SqliteEngine(Clock);
}
