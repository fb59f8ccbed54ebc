using IterableForwarder.Journal;
using IterableForwarder.Journal.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace IterableForwarder.Tests.Journal;

/// <summary>The threads that read beside the writer.</summary>
public sealed class SqliteReadersTests : IAsyncLifetime, IAsyncDisposable
{
    private readonly SqliteEngine _engine = new(TimeProvider.System);
    private OpenJournal _journal = null!;

    private SqliteReaders Readers => _journal.Services.GetRequiredService<SqliteReaders>();

    public async Task InitializeAsync() => _journal = await _engine.OpenAsync();

    async ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();

    public async Task DisposeAsync()
    {
        await _journal.DisposeAsync();
        await _engine.DisposeAsync();
    }

    [Fact]
    public async Task No_more_read_at_once_than_there_are_threads_and_nobody_is_forgotten()
    {
        var (running, most, gate) = (0, 0, new object());

        var read = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Readers.Questions.ReadAsync(session => Read(i), CancellationToken.None)));

        Assert.Equal(Enumerable.Range(0, 200), read);
        Assert.InRange(most, 1, Readers.Questions.MaxConcurrency);

        int Read(int number)
        {
            lock (gate) most = Math.Max(most, ++running);
            Thread.Yield();
            lock (gate) running--;
            return number;
        }
    }

    [Fact]
    public async Task A_cancelled_reader_is_not_served()
    {
        using var started = new SemaphoreSlim(0);
        using var go = new ManualResetEventSlim();
        using var givenUp = new CancellationTokenSource();
        var busy = Enumerable.Range(0, Readers.LongQuestions.MaxConcurrency).Select(_ => Readers.LongQuestions.ReadAsync(Wait, CancellationToken.None)).ToArray();
        foreach (var _ in busy) await started.WaitAsync();
        var wasRead = false;
        var waiting = Readers.LongQuestions.ReadAsync(_ => wasRead = true, givenUp.Token);

        await givenUp.CancelAsync();
        go.Set();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Task.WhenAll(busy);
        Assert.False(wasRead);

        bool Wait(SqliteSession session)
        {
            started.Release();
            go.Wait();
            return true;
        }
    }

    [Fact]
    public async Task A_walk_that_ends_early_returns_its_session_and_another_one_starts_at_the_beginning()
    {
        for (var time = 0; time < 3; time++)
        {
            await foreach (var number in Readers.Entries.WalkAsync(Numbers, _ => int.MaxValue, CancellationToken.None))
            {
                if (number == 3) break;
            }
        }

        Assert.Equal([1, 2, 3, 4, 5], await Readers.Entries.WalkAsync(Numbers, _ => 0, CancellationToken.None).ToListAsync());

        static IEnumerable<long> Numbers(SqliteSession session)
        {
            using var rows = session.Query("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT i FROM n");
            while (rows.Read()) yield return rows.GetInt64(0);
        }
    }

    [Fact]
    public async Task Nothing_is_read_after_the_service_stops()
    {
        var readers = Readers.Questions;
        await readers.ReadAsync(session => session.Scalar("SELECT 1"), CancellationToken.None);
        readers.Dispose();

        await Assert.ThrowsAsync<StorageUnavailableException>(() => readers.ReadAsync(session => session.Scalar("SELECT 1"), CancellationToken.None));
    }
}
