using System.Diagnostics;
using System.Text;
using Iterable.Client;
using IterableForwarder.Changes;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.MemberIndex;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Journal.Sqlite;
using IterableForwarder.Mapping;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace IterableForwarder.Benchmarks;

/// <summary>How many changes are kept while people are looked for.</summary>
internal sealed record SearchOptions(int Changes)
{
    public static SearchOptions Parse(Arguments arguments) => new(arguments.Get("changes", 5_000_000));
}

/// <summary>
/// Finding a person in a full journal: nine changes of ten in batches of 1000, the tenth in an entry of its own. The journal is the
/// service's own, without HTTP before it and Iterable behind it.
/// </summary>
internal sealed class SearchScenario(SearchOptions options, TextWriter output)
{
    private const int BatchSize = 1000;
    private const int Frequent = 20;
    private const int ChangesOfFrequent = 100;
    private const int Searches = 500;

    private static readonly EntryRule Rule = new(42, new(ProjectType.Hybrid, IdentityRule.CustomerId, []));

    private readonly Random _random = new(1);
    private readonly Dictionary<int, int> _frequent = [];

    public async Task RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("forwarder-benchmark-").FullName;
        try
        {
            await using var services = BuildJournal(folder);
            var hosted = services.GetServices<IHostedService>().ToList();
            foreach (var service in hosted) await service.StartAsync(CancellationToken.None);
            var watch = Stopwatch.StartNew();
            await FillAsync(services);
            var filled = watch.Elapsed;
            await IndexedAsync(services);
            Say($"{options.Changes} changes accepted in {filled.TotalSeconds:F0} s, all indexed {(watch.Elapsed - filled).TotalSeconds:F1} s later");
            await MeasureAsync(services);
            foreach (var service in hosted) await service.StopAsync(CancellationToken.None);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static ServiceProvider BuildJournal(string folder)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Configuration["Storage:ConnectionString"] = $"Data Source={Path.Combine(folder, "forwarder.db")}";
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IDataProtectionProvider>(new EphemeralDataProtectionProvider());
        builder.Services.AddLogging();
        builder.AddJournal();
        return builder.Services.BuildServiceProvider();
    }

    private async Task FillAsync(IServiceProvider services)
    {
        var connection = await ConnectAsync(services.GetRequiredService<IProjectDirectory>());
        for (var i = 0; i < Frequent * ChangesOfFrequent; i++) _frequent[_random.Next(options.Changes)] = i % Frequent;
        var journal = services.GetRequiredService<IEntryJournal>();
        var waiting = new List<Task>();
        for (var number = 0; number < options.Changes;)
        {
            // each thousand is one batch, but for every tenth
            var size = number / BatchSize % 10 == 9 ? 1 : BatchSize;
            waiting.Add(journal.AcceptAsync([BatchOf(connection, number, size)], null));
            number += size;
            if (waiting.Count < 256) continue;
            await Task.WhenAll(waiting);
            waiting.Clear();
        }
        await Task.WhenAll(waiting);
    }

    private static async Task<Connection> ConnectAsync(IProjectDirectory directory)
    {
        var now = TimeProvider.System.GetUtcNow();
        var project = await directory.GetOrAddAsync(
            new Project
            {
                Id = ProjectId.New(TimeProvider.System),
                Name = "benchmark",
                ApiKey = "benchmark-key",
                DataCenter = IterableDataCenter.Us,
                Type = ProjectType.Hybrid,
                UserId = IdentityRule.CustomerId,
                CreatedAt = now,
            },
            CancellationToken.None);
        return await directory.GetOrAddAsync(
            new Connection { Id = FeedId.New(TimeProvider.System), ProjectId = project.Id, Name = "benchmark", Source = Source.Members, ListId = 42, CreatedAt = now },
            CancellationToken.None);
    }

    private NewBatch BatchOf(Connection connection, int from, int size)
    {
        var now = TimeProvider.System.GetUtcNow();
        var chunk = new ChunkBuilder(now);
        for (var number = from; number < from + size; number++)
        {
            var email = _frequent.TryGetValue(number, out var who) ? EmailOfFrequent(who) : EmailOf(number);
            chunk.Add(new Change { Action = ChangeAction.Add, Email = Encoding.UTF8.GetBytes(email), CustomerId = Encoding.UTF8.GetBytes($"c-{number}") });
        }
        return new()
        {
            Id = BatchId.New(TimeProvider.System),
            ProjectId = connection.ProjectId,
            FeedId = connection.Id,
            Source = Source.Members,
            Rule = Rule,
            ReceivedAt = now,
            Chunks = [chunk.Seal(Rule)],
        };
    }

    private static string EmailOf(int number) => $"member{number}@example.com";

    private static string EmailOfFrequent(int who) => $"frequent{who}@example.com";

    /// <summary>Until what is not in a segment is less than one.</summary>
    private static async Task IndexedAsync(IServiceProvider services)
    {
        const string Behind =
            """
            SELECT COALESCE(SUM(LENGTH(b.members)), 0) / 8 FROM entries e JOIN bodies b ON b.id = e.body_id
            WHERE e.seq > (SELECT COALESCE(MAX(last_seq), 0) FROM member_segments)
            """;
        while (Ask(services, Behind) >= MemberTail.Enough) await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None);
        // and the rest has been read into memory
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, CancellationToken.None);
    }

    private async Task MeasureAsync(IServiceProvider services)
    {
        var outcomes = services.GetRequiredService<IOutcomeReader>();
        Say($"{Ask(services, "SELECT COUNT(*) FROM entries")} entries, {Ask(services, "SELECT COUNT(*) FROM member_segments")} segments");
        // the first ones pay for the compiler
        for (var i = 0; i < 100; i++) await FindAsync(outcomes, EmailOf(AnyOfOne()));
        await TimeAsync("one change   ", Searches, expected: null, () => FindAsync(outcomes, EmailOf(AnyOfOne())));
        await TimeAsync("100 changes  ", Searches, expected: null, () => FindAsync(outcomes, EmailOfFrequent(_random.Next(Frequent))));
        await TimeAsync("nobody       ", Searches, expected: 0, () => FindAsync(outcomes, $"nobody{_random.Next()}@example.com"));
        var database = services.GetRequiredService<SqliteDatabase>();
        var unindexed = new OutcomeReader(services.GetRequiredService<IOutcomeStore>(), new(services.GetRequiredService<IBlockStore>()), TimeProvider.System, services.GetRequiredService<ILogger<OutcomeReader>>());
        await TimeAsync("without index", 3, expected: 0, () => FindAsync(unindexed, "nobody@example.com"));
        var (bytes, file) = await SizesAsync(services, database);
        Say($"index          {bytes / 1048576.0:F0} MB, {(double)bytes / options.Changes:F1} bytes a change; the database without it {(file - bytes) / 1048576.0:F0} MB, {(double)(file - bytes) / options.Changes:F1} bytes a change");
    }

    /// <summary>What the index takes is what becomes free without it. The end of the journal.</summary>
    private static async Task<(long Index, long File)> SizesAsync(IServiceProvider services, SqliteDatabase database)
    {
        const string Free = "SELECT freelist_count FROM pragma_freelist_count";
        var before = Ask(services, Free);
        await services.GetRequiredService<SqliteWriter>().WriteAsync(session => session.Execute("DELETE FROM member_pages"));
        return ((Ask(services, Free) - before) * 4096, Ask(services, "SELECT page_count FROM pragma_page_count") * 4096);
    }

    private int AnyOfOne()
    {
        while (true)
        {
            var number = _random.Next(options.Changes);
            if (!_frequent.ContainsKey(number)) return number;
        }
    }

    private static async Task<int> FindAsync(IOutcomeReader outcomes, string email) =>
        (await outcomes.SearchAsync(new WantedMember(email, null, null), ChangePlace.End, 101, CancellationToken.None)).Count;

    private async Task TimeAsync(string what, int times, int? expected, Func<Task<int>> find)
    {
        var milliseconds = new double[times];
        var found = 0;
        for (var i = 0; i < times; i++)
        {
            var start = Stopwatch.GetTimestamp();
            var count = await find();
            milliseconds[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            found += count;
            if (expected is { } wanted && count != wanted || expected is null && count == 0) throw new InvalidOperationException($"{count} found for {what.Trim()}.");
        }
        Array.Sort(milliseconds);
        Say($"{what}  p50 {milliseconds[times / 2]:F2} ms   p99 {milliseconds[(int)((times - 1) * 0.99)]:F2} ms   longest {milliseconds[^1]:F2} ms   {(double)found / times:F1} changes found each");
    }

    private static long Ask(IServiceProvider services, string sql)
    {
        using var reader = services.GetRequiredService<SqliteDatabase>().OpenReader();
        using var command = reader.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    private void Say(FormattableString line) => output.WriteLine(FormattableString.Invariant(line));
}
