using IterableForwarder.Changes;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Limits;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Journal.Sqlite;
using IterableForwarder.Tests.Changes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace IterableForwarder.Tests.Journal;

/// <summary>What is counted in memory is what the store has, whatever happens to a commit.</summary>
public sealed class PendingCountsTests
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(Some.Time));
    private readonly ProjectId _project = new(Guid.NewGuid());
    private readonly FeedId[] _connections = [new(Guid.NewGuid()), new(Guid.NewGuid())];

    [Fact]
    public async Task They_follow_accepting_and_settling_and_are_restored_after_a_restart()
    {
        await using var engine = new SqliteEngine(_clock);
        await using (var journal = await OpenAsync(engine))
        {
            await journal.Entries.AcceptAsync([Batch(0, 3), Batch(1, 4, dropped: 2), Batch(0, 1)], null);
            await AssertCountsAsync(journal, 4, 4);

            var entry = (await journal.Entries.ReadPendingAsync(_connections[0], 0, new(1, long.MaxValue), CancellationToken.None)).Entries[0];
            await journal.Entries.SettleAsync([new() { Seq = entry.Seq, FeedId = entry.FeedId, ProjectId = _project, Delivered = 1, Superseded = 1, Outcomes = [1, 2, 0] }]);
            await AssertCountsAsync(journal, 2, 4);
        }

        await using var next = await OpenAsync(engine);
        await AssertCountsAsync(next, 2, 4);
    }

    [Fact]
    public async Task A_repetition_and_a_deleted_connection_are_not_counted()
    {
        await using var engine = new SqliteEngine(_clock);
        await using var journal = await OpenAsync(engine);
        var idempotencyKey = new IdempotencyKey(_connections[0].Value, new byte[32], null);
        await journal.Entries.AcceptAsync([Batch(0, 3)], idempotencyKey);

        Assert.Equal(AcceptanceKind.Repeated, (await journal.Entries.AcceptAsync([Batch(0, 3)], idempotencyKey)).Kind);
        await Assert.ThrowsAsync<FeedGoneException>(() => journal.Entries.AcceptAsync([Batch(0, 5) with { FeedId = new(Guid.NewGuid()) }], null));

        await AssertCountsAsync(journal, 3, 0);
    }

    [Fact]
    public async Task After_a_failure_they_are_read_again()
    {
        await using var engine = new SqliteEngine(_clock);
        await using var journal = await OpenAsync(engine);
        await journal.Entries.AcceptAsync([Batch(0, 3)], null);
        var counts = journal.Services.GetRequiredService<PendingCounts>();
        counts.Settle(new([new(_connections[0], 2)], [new(new(Outcome.Delivered), 2)]));
        await journal.Services.GetRequiredService<SqliteWriter>().WriteAsync(session => session.Scalar("PRAGMA max_page_count = 1"));

        await Assert.ThrowsAsync<StorageUnavailableException>(() => journal.Entries.AcceptAsync([Batch(1, 1000)], null));
        Assert.Equal(counts.Committed, counts.All);
        await journal.Entries.AcceptAsync([Batch(1, 5)], null);

        await AssertCountsAsync(journal, 3, 5);
    }

    private async Task<OpenJournal> OpenAsync(SqliteEngine engine)
    {
        var journal = await engine.OpenAsync();
        await journal.Directory.GetOrAddAsync(SomeSettings.Project(_project, "key"), CancellationToken.None);
        for (var i = 0; i < _connections.Length; i++)
            await journal.Directory.GetOrAddAsync(SomeSettings.Connection(_connections[i], _project, $"audience {i}"), CancellationToken.None);
        return journal;
    }

    /// <summary>Also against the store, and with nothing reserved any more.</summary>
    private async Task AssertCountsAsync(OpenJournal journal, params long[] expected)
    {
        var counts = journal.Services.GetRequiredService<PendingCounts>();
        var statuses = await journal.Statuses.ReadAsync(_connections, CancellationToken.None);
        Assert.Equal(expected, _connections.Select(counts.Of));
        Assert.Equal(expected, _connections.Select(c => statuses[c].Pending));
        Assert.Equal((expected.Sum(), expected.Sum()), (counts.Committed, counts.All));
    }

    private NewBatch Batch(int connection, int changes, int dropped = 0)
    {
        var builder = new ChunkBuilder(_clock.GetUtcNow());
        for (var i = 0; i < changes; i++) builder.Add(Some.Add($"{i}@example.com"));
        for (var i = 0; i < dropped; i++) builder.Add(Some.Add());
        var rule = new EntryRule(7, Some.Rule());
        return new()
        {
            Id = BatchId.New(_clock),
            ProjectId = _project,
            FeedId = _connections[connection],
            Source = Source.Members,
            Rule = rule,
            ReceivedAt = _clock.GetUtcNow(),
            Chunks = [builder.Seal(rule)],
        };
    }
}
