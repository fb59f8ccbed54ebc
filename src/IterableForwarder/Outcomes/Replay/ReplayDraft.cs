using IterableForwarder.Changes;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Mapping;

namespace IterableForwarder.Outcomes.Replay;

/// <summary>
/// The new batches of a replay while what they replay is read: one for each batch and feed. They are accepted together or not at all; until then their
/// changes are staged whenever there are many, so that memory does not grow with the replay.
/// </summary>
internal sealed class ReplayDraft(IEntryJournal journal, Project project, ReplayTargets targets, TimeProvider time) : IAsyncDisposable
{
    /// <summary>Changes in memory: five chunks, or some for each of very many connections.</summary>
    private const int MaxChanges = 5 * Chunk.MaxChanges;

    private readonly DateTimeOffset _receivedAt = time.GetUtcNow();
    private readonly List<NewBatch> _batches = [];

    /// <summary>The new batches of the one that is being read, with the chunk that is open of each.</summary>
    private readonly Dictionary<FeedId, (NewBatch Batch, ChunkBuilder Chunk)> _open = [];

    /// <summary>Chunks that are not staged yet.</summary>
    private readonly List<(List<Chunk> Batch, int Index)> _inMemory = [];
    private (int Changes, long Bytes) _gathered;
    private BatchId? _replayed;
    private bool _keep;

    public IReadOnlyList<NewBatch> Batches => _batches;

    /// <summary>Changes whose audiences have no connection and may get none now. They stay as they are.</summary>
    public long WithoutRoom { get; private set; }

    /// <summary>Takes up what is to be replayed of an entry.</summary>
    public async Task AddAsync(UndeliveredEntry entry)
    {
        if (_replayed != entry.BatchId) SealAll();
        _replayed = entry.BatchId;
        foreach (var (change, origin, why) in entry.Changes)
        {
            if (targets.TargetOf(why) is { } feed) await AddAsync(entry, feed, (change, origin, why));
            else WithoutRoom++;
        }
    }

    public async Task AcceptAsync()
    {
        SealAll();
        await journal.AcceptAsync(_batches, null);
        _keep = true;
    }

    public async ValueTask DisposeAsync()
    {
        if (_keep) return;
        var staged = _batches.SelectMany(b => b.Chunks).Where(p => p.StagedAs is not null).ToList();
        if (staged.Count == 0) return;
        try
        {
            await journal.DiscardAsync(staged);
        }
        catch (StorageUnavailableException)
        {
            // what is left over is invisible, and cleared at the next start
        }
    }

    private async Task AddAsync(UndeliveredEntry entry, IFeed feed, (Change Change, ChangeOrigin Origin, Undelivered Why) one)
    {
        if (!_open.TryGetValue(feed.Id, out var open)) _open[feed.Id] = open = (Begin(entry, feed), new ChunkBuilder(_receivedAt));
        var hadConnection = ReplayTargets.AudienceOf(one.Why) is null;
        // the attributes of one without were the list of its audience, and its detail the name
        var change = hadConnection ? one.Change : one.Change with { Attributes = default };
        open.Chunk.Add(change, hadConnection && one.Why.Outcome == Outcome.Dropped ? one.Why.Detail : null, one.Origin);
        _gathered = (_gathered.Changes + 1, _gathered.Bytes + ChangeCodec.MaxLength(change));
        if (open.Chunk.IsFull)
        {
            Seal(open);
            _open[feed.Id] = (open.Batch, new ChunkBuilder(_receivedAt));
        }
        if (_gathered.Changes >= MaxChanges || _gathered.Bytes >= Chunk.MaxBytes) await StageAsync();
    }

    private NewBatch Begin(UndeliveredEntry entry, IFeed feed)
    {
        var batch = new NewBatch
        {
            Id = BatchId.New(time),
            ProjectId = project.Id,
            FeedId = feed.Id,
            Source = entry.Source,
            SourceId = entry.SourceId,
            ReplayOf = entry.BatchId,
            Rule = RuleOf(entry, feed),
            ReceivedAt = _receivedAt,
            Chunks = new List<Chunk>(),
        };
        _batches.Add(batch);
        return batch;
    }

    /// <summary>
    /// The list and the mapping of today. What a source says of identity comes with its messages and is nowhere else: there the rule it
    /// was accepted under applies, unless an operator has set one on the connection; and so do the settings it came with.
    /// </summary>
    private EntryRule RuleOf(UndeliveredEntry entry, IFeed feed)
    {
        var kept = entry.Rule.Mapping.Identity;
        var connection = feed as Connection;
        // where a source gives both identifiers as they are, there is no choice to make
        var identity = kept == IdentityRule.AsGiven ? kept : connection?.UserId ?? (entry.Source == Source.Members ? project.UserId : kept);
        var rule = EntryRule.For(feed, feed.RuleFor(project) with { Identity = identity });
        return connection is { FollowsSource: true } ? rule with { Settings = entry.Rule.Settings } : rule;
    }

    private void SealAll()
    {
        foreach (var open in _open.Values) Seal(open);
        _open.Clear();
    }

    private void Seal((NewBatch Batch, ChunkBuilder Chunk) open)
    {
        if (open.Chunk.Count == 0) return;
        var chunks = (List<Chunk>)open.Batch.Chunks;
        _inMemory.Add((chunks, chunks.Count));
        chunks.Add(open.Chunk.Seal(open.Batch.Rule));
    }

    /// <summary>All at once, as they then share a sync.</summary>
    private async Task StageAsync()
    {
        foreach (var (feed, open) in _open.ToList())
        {
            Seal(open);
            _open[feed] = (open.Batch, new ChunkBuilder(_receivedAt));
        }
        var waiting = _inMemory.ToArray();
        _inMemory.Clear();
        _gathered = default;
        await Task.WhenAll(waiting.Select(async chunk => chunk.Batch[chunk.Index] = await journal.StageAsync(project.Id, chunk.Batch[chunk.Index])));
    }
}
