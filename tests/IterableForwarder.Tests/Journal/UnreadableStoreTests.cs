using IterableForwarder.Changes;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Journal.Sqlite;
using IterableForwarder.Mapping;
using IterableForwarder.Tests.Changes;
using IterableForwarder.Tests.Hosting;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace IterableForwarder.Tests.Journal;

/// <summary>A database whose tables are gone fails every read. What comes out of the journal is one exception, and over HTTP one answer.</summary>
public sealed class UnreadableStoreTests
{
    private static readonly FeedId Nobody = new(new Guid(1, 0, 0, new byte[8]));

    /// <summary>Every read of every seam of the journal.</summary>
    private static readonly Dictionary<string, Func<IServiceProvider, Task>> Reads = new()
    {
        ["IEntryJournal.ReadPendingAsync"] = s => Entries(s).ReadPendingAsync(Nobody, 0, new(1, 1), default),
        ["IEntryJournal.ReadBacklogAsync"] = s => Entries(s).ReadBacklogAsync(default),
        ["IEntryJournal.ReadLatestAsync"] = s => Entries(s).ReadLatestAsync(Nobody, new(1, 2), 0, default),
        ["IEntryJournal.ReadLaterAsync"] = s => Entries(s).ReadLaterAsync(Nobody, new(1, 2), 0, Fingerprints(1), default).ToListAsync().AsTask(),
        ["IEntryJournal.ReadNewerAsync, looked up"] = s => Entries(s).ReadNewerAsync(Nobody, 5, default, Fingerprints(1), default).ToListAsync().AsTask(),
        ["IEntryJournal.ReadNewerAsync, scanned"] = s => Entries(s).ReadNewerAsync(Nobody, 5, default, Fingerprints(1000), default).ToListAsync().AsTask(),
        ["IEntryJournal.FindRepeatAsync"] = s => Entries(s).FindRepeatAsync(new IdempotencyKey(Nobody.Value, new byte[32], null), default),
        ["IEntryJournal.FindRepeatsAsync"] = s => Entries(s).FindRepeatsAsync(new MessageDeduplication(new(Nobody.Value), [new(new byte[16], 1)]), default),
        ["IOutcomeReader.FindAsync"] = s => Outcomes(s).FindAsync(new(Guid.NewGuid()), default),
        ["IOutcomeReader.ListAsync"] = s => Outcomes(s).ListAsync(new(null, Nobody), null, 1, default),
        ["IOutcomeReader.ListAsync by source id"] = s => Outcomes(s).ListAsync(new("m-1", null), null, 1, default),
        ["IOutcomeReader.ReadUndeliveredAsync"] = s => Outcomes(s).ReadUndeliveredAsync(new(Guid.NewGuid()), null, -1, 1, default),
        ["IOutcomeReader.SearchAsync"] = s => Outcomes(s).SearchAsync(new WantedMember("a@x.com", null, null), ChangePlace.End, 1, default),
        ["IOutcomeReader.WalkUndeliveredAsync"] = s => Outcomes(s).WalkUndeliveredAsync(new(Nobody, null, null, [Outcome.Dropped], []), default).ToListAsync().AsTask(),
        ["IFeedStatusReader.ReadAsync"] = s => s.GetRequiredService<IFeedStatusReader>().ReadAsync([Nobody], default),
        ["IFeedStatusReader.ReadOldestPendingAsync"] = s => s.GetRequiredService<IFeedStatusReader>().ReadOldestPendingAsync(default),
        ["ICreatedLists.FindAsync"] = s => s.GetRequiredService<ICreatedLists>().FindAsync(new(new(Guid.NewGuid()), "key", "list"), default),
        ["ISettingsStore.ReadConnectionsAsync"] = s => s.GetRequiredService<ISettingsStore>().ReadConnectionsAsync(default).ToListAsync().AsTask(),
        ["ISettingsStore.ReadStreamFeedsAsync"] = s => s.GetRequiredService<ISettingsStore>().ReadStreamFeedsAsync(default).ToListAsync().AsTask(),
        ["IProjectDirectory.ReadPastHoldsAsync"] = s => s.GetRequiredService<IProjectDirectory>().ReadPastHoldsAsync(HoldFilter.Of(Nobody), long.MaxValue, 1, default),
    };

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(Some.Time));

    [Fact]
    public async Task No_read_of_the_journal_lets_an_error_of_SQLite_out()
    {
        await using var engine = new SqliteEngine(_clock);
        await using var journal = await engine.OpenAsync();
        await BreakAsync(journal.Services);

        foreach (var (name, read) in Reads)
        {
            var thrown = await Record.ExceptionAsync(() => read(journal.Services));
            Assert.True(thrown is StorageUnavailableException { InnerException: SqliteException }, $"{name}: {thrown}");
        }
    }

    [Theory]
    [InlineData(typeof(ProjectDirectory))]
    [InlineData(typeof(AccessKeys))]
    public async Task Loading_at_the_start_lets_no_error_of_SQLite_out_either(Type part)
    {
        await using var engine = new SqliteEngine(_clock);
        await using var journal = await engine.OpenAsync();
        await BreakAsync(journal.Services);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => ((IJournalPart)journal.Services.GetRequiredService(part)).LoadAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_walk_that_fails_midway_reports_it_like_any_other_read()
    {
        await using var engine = new SqliteEngine(_clock);
        await using var journal = await engine.OpenAsync();
        var readers = journal.Services.GetRequiredService<SqliteReaders>();
        IAsyncEnumerable<int> Walk() => readers.Questions.WalkAsync(_ => Numbers(), _ => int.MaxValue, CancellationToken.None);
        var seen = new List<int>();

        await Assert.ThrowsAsync<StorageUnavailableException>(async () =>
        {
            await foreach (var number in Walk()) seen.Add(number);
        });
        await foreach (var number in Walk().Take(1)) seen.Add(number);

        Assert.Equal([1, 1], seen);

        static IEnumerable<int> Numbers()
        {
            yield return 1;
            throw new SqliteException("malformed", 11);
        }
    }

    [Fact]
    public async Task A_replay_that_is_half_read_when_the_store_breaks_says_so()
    {
        await using var engine = new SqliteEngine(_clock);
        await using var journal = await engine.OpenAsync();
        var (project, connection) = (new ProjectId(Guid.NewGuid()), new FeedId(Guid.NewGuid()));
        await journal.Directory.GetOrAddAsync(SomeSettings.Project(project, "key"), CancellationToken.None);
        await journal.Directory.GetOrAddAsync(SomeSettings.Connection(connection, project, "everybody"), CancellationToken.None);
        for (var i = 0; i < 2; i++) await journal.Entries.AcceptAsync([DroppedBatch(project, connection)], null);
        await using var walk = journal.Outcomes.WalkUndeliveredAsync(new(connection, null, null, [Outcome.Dropped], []), CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await walk.MoveNextAsync());
        await BreakAsync(journal.Services);

        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await walk.MoveNextAsync());
    }

    [Fact]
    public async Task An_operator_who_reads_meanwhile_gets_503_with_Retry_After()
    {
        await using var host = await TestService.StartAsync();
        var project = await host.AddProjectAsync();
        var connection = await host.AddConnectionAsync(project);
        var stream = (await host.PostAsync(
            "/api/v1/streams", $$$"""{"projectId":"{{{project}}}","name":"s","identifier":{"property":"user_id","type":"userId"},"events":{"enabled":true,"include":[],"properties":[]}}""")).Expect(201)["id"]!.GetValue<string>();
        await BreakAsync(host.Services);
        var batch = Guid.NewGuid().ToString("N");

        ServiceResponse[] responses =
        [
            await host.GetAsync("/api/v1/connections"),
            await host.GetAsync($"/api/v1/connections/{connection}"),
            await host.GetAsync($"/api/v1/connections/{connection}/history"),
            await host.GetAsync($"/api/v1/projects/{project}/history"),
            await host.GetAsync("/api/v1/streams"),
            await host.GetAsync($"/api/v1/streams/{stream}"),
            await host.GetAsync($"/api/v1/batches?connectionId={connection}"),
            await host.GetAsync("/api/v1/batches?sourceId=m-1"),
            await host.GetAsync($"/api/v1/batches/{batch}"),
            await host.PostAsync("/api/v1/members/search", """{"email":"a@x.com"}"""),
            await host.PostAsync($"/api/v1/connections/{connection}/replay", """{"dryRun":true}"""),
            await host.PostAsync($"/api/v1/streams/{stream}/replay", """{"dryRun":true}"""),
        ];

        Assert.All(responses, response =>
        {
            Assert.StartsWith("The database cannot be read", response.ExpectProblem(503)["detail"]!.GetValue<string>(), StringComparison.Ordinal);
            Assert.Equal(TimeSpan.FromSeconds(5), response.Headers.RetryAfter!.Delta);
        });
    }

    private static Task<int> BreakAsync(IServiceProvider services) => services.GetRequiredService<SqliteWriter>().WriteAsync(session =>
    {
        var tables = new List<string>();
        using (var rows = session.Query("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"))
        {
            while (rows.Read()) tables.Add(rows.GetString(0));
        }
        foreach (var table in tables) session.Execute($"DROP TABLE {table}");
        return tables.Count;
    });

    private NewBatch DroppedBatch(ProjectId project, FeedId connection)
    {
        var rule = new EntryRule(7, Some.Rule());
        var builder = new ChunkBuilder(_clock.GetUtcNow());
        builder.Add(Some.Add(customerId: "c-1"));
        return new()
        {
            Id = BatchId.New(_clock),
            ProjectId = project,
            FeedId = connection,
            Source = Source.Members,
            Rule = rule,
            ReceivedAt = _clock.GetUtcNow(),
            Chunks = [builder.Seal(rule)],
        };
    }

    private static IOutcomeReader Outcomes(IServiceProvider services) => services.GetRequiredService<IOutcomeReader>();

    private static IEntryJournal Entries(IServiceProvider services) => services.GetRequiredService<IEntryJournal>();

    private static HashSet<ulong> Fingerprints(int count) => [.. Enumerable.Range(1, count).Select(i => (ulong)i)];
}
