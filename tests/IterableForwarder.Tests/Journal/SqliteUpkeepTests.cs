using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Retention;
using IterableForwarder.Journal.Sqlite;
using IterableForwarder.Tests.Changes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace IterableForwarder.Tests.Journal;

/// <summary>How large the files get.</summary>
public sealed class SqliteUpkeepTests
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(Some.Time));
    private readonly ProjectId _project = new(Guid.NewGuid());
    private readonly FeedId _connection = new(Guid.NewGuid());

    [Fact]
    public async Task The_database_stops_growing_once_as_much_is_purged_as_is_accepted()
    {
        await using var engine = new SqliteEngine(_clock);
        await using var journal = await OpenAsync(engine);
        var pages = new List<long>();
        for (var round = 0; round < 8; round++)
        {
            for (var i = 0; i < 40; i++) await journal.Entries.AcceptAsync([Batch(500, dropped: 20)], new(_connection.Value, Guid.NewGuid().ToByteArray(), null));
            foreach (var entry in (await journal.Entries.ReadPendingAsync(_connection, 0, new(int.MaxValue, long.MaxValue), CancellationToken.None)).Entries)
                await journal.Entries.SettleAsync([new() { Seq = entry.Seq, ProjectId = _project, FeedId = _connection, Delivered = 500, Completed = true }]);
            _clock.Advance(TimeSpan.FromDays(4));
            var old = _clock.GetUtcNow() - TimeSpan.FromDays(7);
            await foreach (var _ in journal.Services.GetRequiredService<IStoreUpkeep>().PurgeAsync(new(old, old, old), CancellationToken.None))
            {
            }
            pages.Add(await ScalarAsync(journal, "PRAGMA page_count"));
        }

        Assert.True(pages[1] > pages[0] * 1.5, string.Join(' ', pages));
        // a fragment of a page here and there, and no more
        Assert.True(pages[^1] <= pages[2] * 1.02, string.Join(' ', pages));
    }

    [Fact]
    public async Task What_is_dropped_for_few_reasons_takes_no_row_and_hardly_a_byte_for_each_change()
    {
        await using var engine = new SqliteEngine(_clock);
        await using var journal = await OpenAsync(engine);
        var all = new ChunkBuilder(_clock.GetUtcNow());
        for (var i = 0; i < Chunk.MaxChanges; i++) all.Add(new Change { Action = ChangeAction.Unsupported }, "the profile cannot be read");
        var batch = Batch(1) with { Chunks = [all.Seal(Batch(1).Rule)] };

        await journal.Entries.AcceptAsync([batch], null);

        Assert.Equal(0, await ScalarAsync(journal, "SELECT COUNT(*) FROM undelivered"));
        Assert.InRange(await ScalarAsync(journal, "SELECT SUM(length(dropped_as)) FROM entries"), 1, 100);
        Assert.Equal(Chunk.MaxChanges, (await journal.Outcomes.FindAsync(batch.Id, CancellationToken.None))!.Reasons[Reasons.UnsupportedAction]);
    }

    [Fact]
    public async Task Rules_that_no_entry_has_any_more_are_removed_and_those_that_are_used_stay()
    {
        await using var engine = new SqliteEngine(_clock);
        await using var journal = await OpenAsync(engine);
        for (var list = 1; list <= 5; list++)
        {
            var batch = Batch(1);
            await journal.Entries.AcceptAsync([batch with { Rule = batch.Rule with { ListId = list } }], null);
        }
        var entries = (await journal.Entries.ReadPendingAsync(_connection, 0, new(int.MaxValue, long.MaxValue), CancellationToken.None)).Entries;
        foreach (var entry in entries.Skip(1))
            await journal.Entries.SettleAsync([new() { Seq = entry.Seq, ProjectId = _project, FeedId = _connection, Delivered = 1, Completed = true }]);
        _clock.Advance(TimeSpan.FromDays(8));
        var old = _clock.GetUtcNow() - TimeSpan.FromDays(7);

        await foreach (var _ in journal.Services.GetRequiredService<IStoreUpkeep>().PurgeAsync(new(old, old, old), CancellationToken.None))
        {
        }

        Assert.Equal(1, await ScalarAsync(journal, "SELECT COUNT(*) FROM rules"));
        var kept = Assert.Single((await journal.Entries.ReadPendingAsync(_connection, 0, new(int.MaxValue, long.MaxValue), CancellationToken.None)).Entries);
        Assert.Equal(entries[0].Rule, kept.Rule);
        await journal.Entries.AcceptAsync([Batch(1) with { Rule = Batch(1).Rule with { ListId = 3 } }], null);
        Assert.Equal(3, (await journal.Entries.ReadPendingAsync(_connection, 0, new(int.MaxValue, long.MaxValue), CancellationToken.None)).Entries[^1].Rule.ListId);
    }

    [Fact]
    public async Task The_log_is_truncated_once_the_long_reader_has_ended()
    {
        await using var engine = new SqliteEngine(_clock);
        await using var journal = await OpenAsync(engine);
        var upkeep = journal.Services.GetRequiredService<IStoreUpkeep>();
        var log = new FileInfo(engine.File + "-wal");
        using (var reader = journal.Services.GetRequiredService<SqliteDatabase>().OpenReader())
        {
            using var transaction = reader.BeginTransaction(deferred: true);
            using var command = reader.CreateCommand();
            command.CommandText = "SELECT COUNT(*) FROM bodies";
            command.ExecuteScalar();
            var large = Batch(1).Chunks[0] with { Changes = new byte[Chunk.MaxBytes] };
            for (var i = 0; i < 20; i++) await journal.Entries.StageAsync(_project, large);
            await upkeep.TidyAsync();
            log.Refresh();
            Assert.True(log.Length > SqliteDatabase.MaxLogBytes, $"{log.Length}");
            await journal.Entries.AcceptAsync([Batch(1)], null);
        }

        await upkeep.TidyAsync();

        log.Refresh();
        Assert.Equal(0, log.Length);
        Assert.Equal(20, await ScalarAsync(journal, "SELECT COUNT(*) FROM staged"));
        await journal.Entries.AcceptAsync([Batch(1)], null);
        Assert.Equal(2, (await journal.Entries.ReadPendingAsync(_connection, 0, new(int.MaxValue, long.MaxValue), CancellationToken.None)).Entries.Count);
    }

    private async Task<OpenJournal> OpenAsync(SqliteEngine engine)
    {
        var journal = await engine.OpenAsync();
        await journal.Directory.GetOrAddAsync(SomeSettings.Project(_project, "key"), CancellationToken.None);
        await journal.Directory.GetOrAddAsync(SomeSettings.Connection(_connection, _project, "everybody"), CancellationToken.None);
        return journal;
    }

    private static Task<long> ScalarAsync(OpenJournal journal, string sql) =>
        journal.Services.GetRequiredService<SqliteWriter>().WriteAsync(session => (long)session.Scalar(sql)!);

    private NewBatch Batch(int changes, int dropped = 0) => SomeSettings.Batch(_project, _connection, _clock, changes, dropped);
}
