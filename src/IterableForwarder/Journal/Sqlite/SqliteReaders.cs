namespace IterableForwarder.Journal.Sqlite;

/// <summary>
/// The threads that read beside the writer. Reading keeps its thread until it is done, and the pool has few workers (RuntimeTuning), which
/// answer the sources. Each kind of reading has threads of its own, so that a question that walks over much of the store keeps neither
/// delivery nor a short question waiting. A thread begins when it is first needed.
/// </summary>
internal sealed class SqliteReaders(SqliteDatabase database) : IDisposable
{
    /// <summary>What is asked for an answer, and for whoever waits for it.</summary>
    private const int MostQuestions = 4;

    private readonly SqliteSessions _sessions = new(database);
    private SqliteReaderThreads? _entries;
    private SqliteReaderThreads? _questions;
    private SqliteReaderThreads? _longQuestions;

    /// <summary>For delivery: as many as keep the processor busy.</summary>
    public SqliteReaderThreads Entries => Lazily(ref _entries, "entries", Environment.ProcessorCount);

    /// <summary>For what is looked up, and read for a page.</summary>
    public SqliteReaderThreads Questions => Lazily(ref _questions, "questions", MostQuestions);

    /// <summary>For what may walk over much of the store.</summary>
    public SqliteReaderThreads LongQuestions => Lazily(ref _longQuestions, "long questions", MostQuestions);

    public void Dispose()
    {
        _entries?.Dispose();
        _questions?.Dispose();
        _longQuestions?.Dispose();
        _sessions.Dispose();
    }

    private SqliteReaderThreads Lazily(ref SqliteReaderThreads? threads, string name, int most) =>
        LazyInitializer.EnsureInitialized(ref threads, () => new SqliteReaderThreads(_sessions, name, most))!;
}
