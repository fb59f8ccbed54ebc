using System.Runtime.InteropServices;
using IterableForwarder.Changes;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Limits;
using IterableForwarder.Journal.Sqlite;
using IterableForwarder.Tests.Changes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace IterableForwarder.Tests.Journal;

/// <summary>
/// A commit that is reported as failed and stored all the same: SQLite calls the hook of the log when the commit is in the log, and an
/// error of the hook becomes one of the commit (https://www.sqlite.org/c3ref/wal_hook.html).
/// </summary>
public sealed class StoredCommitTests
{
    private const int Full = 13;

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(Some.Time));
    private readonly ProjectId _project = new(Guid.NewGuid());
    private readonly FeedId _connection = new(Guid.NewGuid());

    /// <summary>Kept: SQLite calls it.</summary>
    private WalHook? _hook;

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int WalHook(nint argument, nint database, nint name, int pages);

    [Fact]
    public async Task Changes_are_accepted_by_it_and_counted_once()
    {
        await using var engine = new SqliteEngine(_clock);
        await using var journal = await OpenAsync(engine);
        await FailNextCommitAsync(journal);

        Assert.Equal(AcceptanceKind.Accepted, (await journal.Entries.AcceptAsync([Batch(3, dropped: 1)], null)).Kind);

        Assert.Equal((4, 1, 3), Books(journal));
        Assert.Single(await PendingAsync(journal));
    }

    [Fact]
    public async Task Where_the_store_cannot_be_opened_again_at_once_they_are_counted_once_it_can()
    {
        await using var engine = new SqliteEngine(_clock);
        await using var journal = await OpenAsync(engine);
        var file = journal.Services.GetRequiredService<SqliteDatabase>().Path;
        await FailNextCommitAsync(journal, meanwhile: () => File.Move(file, file + ".away"));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => journal.Entries.AcceptAsync([Batch(3, dropped: 1)], null));
        Assert.Equal((0, 0, 0), Books(journal));
        File.Move(file + ".away", file);

        await journal.Entries.AcceptAsync([Batch(2)], null);

        Assert.Equal((6, 1, 5), Books(journal));
        Assert.Equal(2, (await PendingAsync(journal)).Count);
    }

    [Fact]
    public async Task What_was_settled_by_it_is_counted_once_though_it_is_written_again()
    {
        await using var engine = new SqliteEngine(_clock);
        await using var journal = await OpenAsync(engine);
        await journal.Entries.AcceptAsync([Batch(4)], null);
        var entry = (await PendingAsync(journal))[0];
        EntrySettlement[] settlements = [Settlement(entry, delivered: 1, rejected: [1]), Settlement(entry, delivered: 1, rejected: [1, 2])];
        await FailNextCommitAsync(journal);

        for (var time = 0; time < 2; time++) await journal.Entries.SettleAsync(settlements);

        Assert.Equal((4, 3, 1), Books(journal));
        var settled = journal.Services.GetRequiredService<PendingCounts>().ReadBooks().Settled;
        Assert.Equal((1, 2), (settled[new(Outcome.Delivered)], settled[new(Outcome.Rejected, Reasons.Invalid)]));
    }

    [Fact]
    public async Task What_failed_and_was_not_stored_is_not_counted()
    {
        await using var engine = new SqliteEngine(_clock);
        await using var journal = await OpenAsync(engine);
        await journal.Services.GetRequiredService<SqliteWriter>().WriteAsync(session => session.Scalar("PRAGMA max_page_count = 1"));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => journal.Entries.AcceptAsync([Batch(1000)], null));

        await journal.Entries.AcceptAsync([Batch(2)], null);

        Assert.Equal((2, 0, 2), Books(journal));
    }

    /// <summary>Accepted, settled and pending. They close, and what is pending in them is what the store says and what the limits count.</summary>
    private static (long Accepted, long Settled, long Pending) Books(OpenJournal journal)
    {
        var counts = journal.Services.GetRequiredService<PendingCounts>();
        var books = counts.ReadBooks();
        var (accepted, settled) = (books.Accepted.Values.Sum(), books.Settled.Values.Sum());
        Assert.Equal(accepted - settled, books.Pending - books.PendingAtStart);
        Assert.Equal(0, books.PendingAtStart);
        Assert.Equal((books.Pending, books.Pending), (counts.Committed, counts.All));
        return (accepted, settled, books.Pending);
    }

    private async Task<IReadOnlyList<PendingEntry>> PendingAsync(OpenJournal journal) => (await journal.Entries.ReadPendingAsync(_connection, 0, new(int.MaxValue, long.MaxValue), CancellationToken.None)).Entries;

    private Task<nint> FailNextCommitAsync(OpenJournal journal, Action? meanwhile = null)
    {
        _hook = (_, _, _, _) =>
        {
            meanwhile?.Invoke();
            return Full;
        };
        // this write's own commit has nothing for the log, so that the next one is the first to fail
        return journal.Services.GetRequiredService<SqliteWriter>().WriteAsync(session => SetWalHook(session.Connection.Handle!.DangerousGetHandle(), _hook, 0));
    }

    [DllImport("e_sqlite3", EntryPoint = "sqlite3_wal_hook", CallingConvention = CallingConvention.Cdecl)]
    private static extern nint SetWalHook(nint database, WalHook hook, nint argument);

    private EntrySettlement Settlement(PendingEntry entry, int delivered, int[] rejected) => new()
    {
        Seq = entry.Seq,
        FeedId = _connection,
        ProjectId = _project,
        Delivered = delivered,
        Rejected = rejected.Length,
        NewlyRejected = [new(rejected[^1], Outcome.Rejected, Reasons.Invalid, null)],
        Outcomes = new byte[entry.Count],
    };

    private async Task<OpenJournal> OpenAsync(SqliteEngine engine)
    {
        var journal = await engine.OpenAsync();
        await journal.Directory.GetOrAddAsync(SomeSettings.Project(_project, "key"), CancellationToken.None);
        await journal.Directory.GetOrAddAsync(SomeSettings.Connection(_connection, _project, "everybody"), CancellationToken.None);
        return journal;
    }

    private NewBatch Batch(int changes, int dropped = 0) => SomeSettings.Batch(_project, _connection, _clock, changes, dropped);
}
