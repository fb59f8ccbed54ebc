using IterableForwarder.Changes;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Mapping;

namespace IterableForwarder.Outcomes.Replay;

/// <summary>
/// The new batches of a replay while what they replay is read. They are accepted together or not at all; until then their changes are
/// staged whenever there are many, so that memory does not grow with the replay.
/// </summary>
internal sealed class ReplayDraft(IEntryJournal journal, Project project, IFeed feed, TimeProvider time) : IAsyncDisposable
{
    private readonly DateTimeOffset _receivedAt = time.GetUtcNow();
    private readonly List<NewBatch> _batches = [];

    /// <summary>Chunks that are not staged yet.</summary>
    private readonly List<(List<Chunk> Batch, int Index)> _inMemory = [];
    private (int Changes, int Bytes) _sealed;
    private ChunkBuilder? _open;
    private bool _keep;

    public IReadOnlyList<NewBatch> Batches => _batches;

    /// <summary>Takes up what is to be replayed of an entry.</summary>
    public async Task AddAsync(UndeliveredEntry entry)
    {
        if (_batches.Count == 0 || _batches[^1].ReplayOf != entry.BatchId) Begin(entry);
        foreach (var (change, origin, why) in entry.Changes)
        {
            _open ??= new ChunkBuilder(_receivedAt);
            _open.Add(change, why.Outcome == Outcome.Dropped ? why.Detail : null, origin);
            if (_open.IsFull || IsMuch) await StageAsync();
        }
    }

    private bool IsMuch => _sealed.Changes + (_open?.Count ?? 0) >= Chunk.MaxChanges || _sealed.Bytes >= Chunk.MaxBytes;

    public async Task AcceptAsync()
    {
        Seal();
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

    private void Begin(UndeliveredEntry entry)
    {
        Seal();
        _batches.Add(new()
        {
            Id = BatchId.New(time),
            ProjectId = project.Id,
            FeedId = feed.Id,
            Source = entry.Source,
            SourceId = entry.SourceId,
            ReplayOf = entry.BatchId,
            Rule = RuleOf(entry),
            ReceivedAt = _receivedAt,
            Chunks = new List<Chunk>(),
        });
    }

    /// <summary>
    /// The list and the mapping of today. What a source says of identity comes with its messages and is nowhere else: there the rule it
    /// was accepted under applies, unless an operator has set one on the connection; and so do the settings it came with.
    /// </summary>
    private EntryRule RuleOf(UndeliveredEntry entry)
    {
        var kept = entry.Rule.Mapping.Identity;
        var connection = feed as Connection;
        // where a source gives both identifiers as they are, there is no choice to make
        var identity = kept == IdentityRule.AsGiven ? kept : connection?.UserId ?? (entry.Source == Source.Members ? project.UserId : kept);
        var rule = EntryRule.For(feed, feed.RuleFor(project) with { Identity = identity });
        return connection is { FollowsSource: true } ? rule with { Settings = entry.Rule.Settings } : rule;
    }

    private void Seal()
    {
        if (_open is null) return;
        var chunks = (List<Chunk>)_batches[^1].Chunks;
        var chunk = _open.Seal(_batches[^1].Rule);
        _inMemory.Add((chunks, chunks.Count));
        chunks.Add(chunk);
        _sealed = (_sealed.Changes + chunk.Count, _sealed.Bytes + chunk.Changes.Length);
        _open = null;
    }

    /// <summary>All at once, as they then share a sync.</summary>
    private async Task StageAsync()
    {
        Seal();
        var waiting = _inMemory.ToArray();
        _inMemory.Clear();
        _sealed = default;
        await Task.WhenAll(waiting.Select(async chunk => chunk.Batch[chunk.Index] = await journal.StageAsync(project.Id, chunk.Batch[chunk.Index])));
    }
}
