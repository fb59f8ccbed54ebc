using IterableForwarder.Changes;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Tests.Changes;
using Microsoft.Extensions.Time.Testing;

namespace IterableForwarder.Tests.Journal;

/// <summary>
/// What every engine must do, said against the seams alone. An engine is put under it by deriving a class that makes one; the tests
/// stand in the other parts of this class, one for each thing a journal does.
/// </summary>
public abstract partial class JournalConformance : IAsyncLifetime
{
    private static readonly EntryRule Rule = new(7, Some.Rule());

    private readonly List<IAsyncDisposable> _opened = [];
    private readonly ProjectId _project;
    /// <summary>No slice: beside it is everything.</summary>
    private static readonly SliceBounds BeforeAll = new(long.MaxValue, long.MaxValue);

    private readonly FeedId _connection;
    private OpenJournal? _journal;
    private int _others;

    protected JournalConformance()
    {
        _project = ProjectId.New(Clock);
        _connection = FeedId.New(Clock);
    }

    private protected FakeTimeProvider Clock { get; } = new(DateTimeOffset.FromUnixTimeMilliseconds(Some.Time));

    private protected IJournalEngine Engine { get; private set; } = null!;

    private protected OpenJournal Journal => _journal!;

    public async Task InitializeAsync()
    {
        Engine = Create();
        _opened.Add(Engine);
        await OpenAsync();
        var project = await Journal.Directory.GetOrAddAsync(ProjectOf("key") with { Id = _project }, CancellationToken.None);
        await Journal.Directory.GetOrAddAsync(ConnectionOf(project, "everybody") with { Id = _connection }, CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        for (var i = _opened.Count - 1; i >= 0; i--) await _opened[i].DisposeAsync();
    }

    /// <summary>An empty store.</summary>
    private protected abstract IJournalEngine Create();

    private async Task OpenAsync()
    {
        _journal = await Engine.OpenAsync();
        _opened.Add(_journal);
        Assert.True(_journal.Readiness.IsReady, _journal.Readiness.Reason);
    }

    /// <summary>Stops, and opens what is stored again.</summary>
    private async Task RestartAsync()
    {
        _opened.Remove(Journal);
        await Journal.DisposeAsync();
        await OpenAsync();
    }

    /// <summary>Another connection of the same project.</summary>
    private async Task<FeedId> OtherConnectionAsync()
    {
        Assert.True(Journal.Directory.TryGet(_project, out var project));
        return (await Journal.Directory.GetOrAddAsync(ConnectionOf(project, $"other {_others++}"), CancellationToken.None)).Id;
    }

    /// <summary>What the next process finds. The one that was killed holds on to what it had, and does no harm any more.</summary>
    private async Task CrashAndOpenAsync()
    {
        Engine = await Engine.CrashAsync();
        _opened.Add(Engine);
        await OpenAsync();
    }

    private Chunk ChunkOf(params IEnumerable<Change> changes)
    {
        var builder = new ChunkBuilder(Clock.GetUtcNow());
        foreach (var change in changes) builder.Add(change);
        return builder.Seal(Rule);
    }

    private NewBatch BatchOf(params Chunk[] chunks) => new()
    {
        Id = BatchId.New(Clock),
        ProjectId = _project,
        FeedId = _connection,
        Source = Source.Members,
        Rule = Rule,
        ReceivedAt = Clock.GetUtcNow(),
        Chunks = chunks,
    };

    private NewBatch BatchOf(params IEnumerable<Change> changes) => BatchOf(ChunkOf(changes));

    private static IEnumerable<Change> People(int count, int from = 0) => Enumerable.Range(from, count).Select(i => Some.Add($"{i}@example.com"));

    private async Task<NewBatch> AcceptAsync(NewBatch batch, IdempotencyKey? idempotencyKey = null)
    {
        Assert.Equal(AcceptanceKind.Accepted, (await Journal.Entries.AcceptAsync([batch], idempotencyKey)).Kind);
        return batch;
    }

    private async Task<IReadOnlyList<PendingEntry>> PendingAsync(long after = 0, int maxChanges = int.MaxValue, long maxBytes = long.MaxValue, FeedId? connection = null) =>
        (await Journal.Entries.ReadPendingAsync(connection ?? _connection, after, new(maxChanges, maxBytes), CancellationToken.None)).Entries;

    private async Task<FeedStatus> StatusAsync(FeedId? connection = null)
    {
        var id = connection ?? _connection;
        return (await Journal.Statuses.ReadAsync([id], CancellationToken.None))[id];
    }

    private static EntrySettlement Settlement(PendingEntry entry, int delivered = 0, int superseded = 0, byte[]? outcomes = null, bool completed = false, params Undelivered[] rejected) => new()
    {
        Seq = entry.Seq,
        ProjectId = entry.ProjectId,
        FeedId = entry.FeedId,
        Delivered = outcomes?.Count(o => o == (byte)Outcome.Delivered) ?? delivered,
        Superseded = outcomes?.Count(o => o == (byte)Outcome.Superseded) ?? superseded,
        Rejected = outcomes?.Count(o => o == (byte)Outcome.Rejected) ?? 0,
        NewlyRejected = rejected,
        Outcomes = outcomes,
        Completed = completed,
    };

    /// <summary>The account of the batch, which must add up, and agree with the sum over everything the connection got.</summary>
    private async Task AssertAccountAsync(NewBatch batch, string counts)
    {
        var account = (await Journal.Outcomes.FindAsync(batch.Id, CancellationToken.None))!;
        Assert.Equal(counts, $"{account.Received} = {account.Delivered} + {account.Superseded} + {account.Dropped} + {account.Rejected} + {account.Pending}");
        Assert.Equal(account.Pending == 0, account.CompletedAt is not null);
        Assert.Equal(account.Dropped + account.Rejected, account.Reasons.Values.Sum());
        var all = (await Journal.Outcomes.ListAsync(new(null, batch.FeedId), null, int.MaxValue, CancellationToken.None));
        var status = await StatusAsync(batch.FeedId);
        Assert.Equal(all.Sum(a => a.Pending), status.Pending);
        Assert.Equal(
            (all.Sum(a => a.Delivered), all.Sum(a => a.Superseded), all.Sum(a => a.Dropped), all.Sum(a => a.Rejected)),
            (status.Delivered, status.Superseded, status.Dropped, status.Rejected));
    }
}
