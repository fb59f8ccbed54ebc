using IterableForwarder.Changes;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Sqlite;
using IterableForwarder.Tests.Changes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SQLitePCL;

namespace IterableForwarder.Tests.Journal;

/// <summary>What only SQLite can go through: files that are full, read-only, broken or replaced, and the commits behind the writes.</summary>
public sealed class SqliteJournalTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(Some.Time));
    private readonly ProjectId _project = new(Guid.NewGuid());
    private readonly FeedId _connection = new(Guid.NewGuid());
    private readonly List<SqliteEngine> _engines = [];

    private SqliteEngine Engine => _engines[0];

    public Task InitializeAsync()
    {
        _engines.Add(new(_clock));
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await Engine.DisposeAsync();

    [Fact]
    public async Task Many_writes_that_wait_share_a_commit()
    {
        await using var journal = await OpenAsync();
        var writer = journal.Services.GetRequiredService<SqliteWriter>();
        using var mayGoOn = new ManualResetEventSlim();
        var commits = 0;
        var first = writer.WriteAsync(session =>
        {
            raw.sqlite3_commit_hook(session.Connection.Handle, _ => Interlocked.Increment(ref commits) * 0, null);
            mayGoOn.Wait();
            return 0;
        });

        var accepting = Enumerable.Range(0, 300).Select(_ => journal.Entries.AcceptAsync([Batch()], null)).ToArray();
        mayGoOn.Set();
        await first;
        await Task.WhenAll(accepting);

        Assert.InRange(commits, 1, 2);
        Assert.Equal(300, (await journal.Entries.ReadPendingAsync(_connection, 0, new(int.MaxValue, long.MaxValue), CancellationToken.None)).Entries.Count);
    }

    [Fact]
    public async Task A_write_that_throws_fails_alone()
    {
        await using var journal = await OpenAsync();
        var writer = journal.Services.GetRequiredService<SqliteWriter>();
        using var mayGoOn = new ManualResetEventSlim();
        var blocking = writer.WriteAsync(_ =>
        {
            mayGoOn.Wait();
            return 0;
        });
        var before = journal.Entries.AcceptAsync([Batch()], null);
        var throwing = writer.WriteAsync<int>(session =>
        {
            session.Execute("DELETE FROM entries");
            throw new InvalidOperationException("mine alone");
        });
        var breaking = writer.WriteAsync(session => session.Execute("INSERT INTO staged (id) VALUES (1), (1)"));
        var after = journal.Entries.AcceptAsync([Batch()], null);
        mayGoOn.Set();

        Assert.Equal("mine alone", (await Assert.ThrowsAsync<InvalidOperationException>(() => throwing)).Message);
        Assert.IsType<Microsoft.Data.Sqlite.SqliteException>((await Assert.ThrowsAsync<InvalidOperationException>(() => breaking)).InnerException);
        await Task.WhenAll(blocking, before, after);
        Assert.Equal(2, (await journal.Entries.ReadPendingAsync(_connection, 0, new(int.MaxValue, long.MaxValue), CancellationToken.None)).Entries.Count);
    }

    [Fact]
    public async Task A_full_disk_fails_the_write_with_its_reason_until_there_is_room_again()
    {
        await using var journal = await OpenAsync();
        await journal.Entries.AcceptAsync([Batch()], null);
        await journal.Services.GetRequiredService<SqliteWriter>().WriteAsync(session => session.Scalar("PRAGMA max_page_count = 1"));

        var error = await Assert.ThrowsAsync<StorageUnavailableException>(() => journal.Entries.AcceptAsync([Batch(1000)], null));

        Assert.Contains("full", error.Message, StringComparison.Ordinal);
        Assert.Single((await journal.Entries.ReadPendingAsync(_connection, 0, new(int.MaxValue, long.MaxValue), CancellationToken.None)).Entries);
        // the limit went with the connection that had it
        await journal.Entries.AcceptAsync([Batch(1000)], null);
        Assert.Equal(2, (await journal.Entries.ReadPendingAsync(_connection, 0, new(int.MaxValue, long.MaxValue), CancellationToken.None)).Entries.Count);
    }

    [Fact]
    public async Task A_read_only_file_is_reported_as_not_ready_with_the_reason()
    {
        await using (var writable = await OpenAsync()) await writable.Entries.AcceptAsync([Batch()], null);
        var readOnly = new SqliteEngine(_clock) { Options = "Mode=ReadOnly" };
        File.Copy(Engine.File, readOnly.File);

        await using (readOnly)
        await using (var journal = await readOnly.OpenAsync())
        {
            Assert.False(journal.Readiness.IsReady);
            Assert.Contains("readonly", journal.Readiness.Reason, StringComparison.Ordinal);
            var error = await Assert.ThrowsAsync<StorageUnavailableException>(() => journal.Probe.CheckAsync(CancellationToken.None));
            Assert.Equal(journal.Readiness.Reason, error.Message);
        }
    }

    [Fact]
    public async Task A_corrupt_file_is_reported_as_not_ready_with_the_reason_until_it_is_replaced()
    {
        await using (var good = await OpenAsync()) await good.Entries.AcceptAsync([Batch()], null);
        var broken = new SqliteEngine(_clock);
        await File.WriteAllTextAsync(broken.File, new string('x', 10_000));

        await using (broken)
        await using (var journal = await broken.OpenAsync())
        {
            Assert.False(journal.Readiness.IsReady);
            Assert.Contains("not a database", journal.Readiness.Reason, StringComparison.Ordinal);
            await Assert.ThrowsAsync<StorageUnavailableException>(() => journal.Probe.CheckAsync(CancellationToken.None));

            File.Delete(broken.File);
            File.Copy(Engine.File, broken.File);
            await RetryUntilAsync(journal.Readiness);

            await journal.Probe.CheckAsync(CancellationToken.None);
            Assert.Single((await journal.Entries.ReadPendingAsync(_connection, 0, new(int.MaxValue, long.MaxValue), CancellationToken.None)).Entries);
        }
    }

    [Fact]
    public async Task Staged_bodies_that_were_never_accepted_are_deleted_at_the_next_start()
    {
        await using (var journal = await OpenAsync())
        {
            for (var i = 0; i < 3; i++) await journal.Entries.StageAsync(_project, Batch().Chunks[0]);
            await journal.Entries.AcceptAsync([Batch()], null);
        }

        await using var next = await OpenAsync();
        Assert.Equal((1L, 0L), await next.Services.GetRequiredService<SqliteWriter>().WriteAsync(
            session => ((long)session.Scalar("SELECT COUNT(*) FROM bodies")!, (long)session.Scalar("SELECT COUNT(*) FROM staged")!)));
    }

    [Fact]
    public async Task After_an_orderly_stop_a_write_is_refused()
    {
        var journal = await OpenAsync();
        await journal.DisposeAsync();

        await Assert.ThrowsAsync<StorageUnavailableException>(() => journal.Entries.AcceptAsync([Batch()], null));
    }

    /// <summary>A version before this wrote it: the third change was neither an entry nor an exit, which its flags say.</summary>
    [Fact]
    public async Task Changes_in_the_first_form_are_read_wherever_changes_are_read()
    {
        await using var journal = await OpenAsync();
        Change[] changes = [Some.Add("a@b.c"), Some.Remove(customerId: "c"), Some.Change(ChangeAction.BadMembership, customerId: "c-3")];
        await journal.Entries.AcceptAsync([SomeSettings.BatchOf(_project, _connection, _clock, changes)], null);
        var first = Convert.FromHexString("04056140622E63" + "090163" + "0B03632D33");
        await journal.Services.GetRequiredService<SqliteWriter>().WriteAsync(session => session.Execute("UPDATE bodies SET form = 0, changes = $1, changes_sum = NULL", first));

        var entry = Assert.Single((await journal.Entries.ReadPendingAsync(_connection, 0, new(10, 1000), CancellationToken.None)).Entries);
        var undelivered = Assert.Single(await journal.Outcomes.WalkUndeliveredAsync(new(_connection, null, null, [Outcome.Dropped], []), CancellationToken.None).ToListAsync()).Changes;
        var shown = await journal.Outcomes.ReadUndeliveredAsync(entry.BatchId, null, -1, 10, CancellationToken.None);
        var found = Assert.Single(await journal.Outcomes.SearchAsync(new(null, "c-3", null), ChangePlace.End, 10, CancellationToken.None));

        Assert.Equal(changes.Select(c => c.Action), ActionsIn(entry));
        Assert.Equal((2, "c-3", ChangeAction.BadMembership), undelivered.Where(c => c.Why.Position == 2).Select(c => (c.Why.Position, Some.Text(c.Change.CustomerId), c.Change.Action)).Single());
        Assert.Equal((2L, "c-3", ChangeAction.BadMembership), shown.Where(c => c.Index == 2).Select(c => (c.Index, Some.Text(c.Change.CustomerId), c.Change.Action)).Single());
        Assert.Equal(2, found.Index);
    }

    /// <summary>The store with the one project and connection that the tests accept for.</summary>
    private async Task<OpenJournal> OpenAsync()
    {
        var journal = await Engine.OpenAsync();
        Assert.True(journal.Readiness.IsReady, journal.Readiness.Reason);
        await journal.Directory.GetOrAddAsync(SomeSettings.Project(_project, "key"), CancellationToken.None);
        await journal.Directory.GetOrAddAsync(SomeSettings.Connection(_connection, _project, "everybody"), CancellationToken.None);
        return journal;
    }

    /// <summary>The retries run beside the test, each after a wait that only the test's clock can end.</summary>
    private async Task RetryUntilAsync(JournalReadiness readiness)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var ready = readiness.WaitAsync(patience.Token);
        while (!ready.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(2));
            await Task.Yield();
        }
        await ready;
    }

    private static ChangeAction[] ActionsIn(PendingEntry entry)
    {
        var offset = 0;
        return [.. Enumerable.Range(0, entry.Count).Select(_ => ChangeCodec.Read(entry.Changes, ref offset).Action)];
    }

    private NewBatch Batch(int changes = 1) => SomeSettings.Batch(_project, _connection, _clock, changes);
}
