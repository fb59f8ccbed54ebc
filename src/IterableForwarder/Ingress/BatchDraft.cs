using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress;

/// <summary>A batch while the changes of its message are dealt out.</summary>
internal sealed class BatchDraft(IFeed feed, EntryRule rule, DateTimeOffset receivedAt)
{
    private readonly List<Chunk> _chunks = [];
    private ChunkBuilder _open = new(receivedAt);
    private long _sealedBytes;

    public EntryRule Rule => rule;

    /// <summary>Changes so far.</summary>
    public long Count { get; private set; }

    /// <summary>Bytes of memory that they take.</summary>
    public long Bytes => _sealedBytes + _open.Bytes;

    /// <param name="change">What is added.</param>
    /// <param name="detail">Shown with it should it be dropped.</param>
    /// <param name="dropped">Why it is dropped whatever it says; null where the mapping decides.</param>
    public void Add(in Change change, string? detail, string? dropped = null)
    {
        _open.Add(change, detail, dropped: dropped);
        Count++;
        if (_open.IsFull) Seal();
    }

    /// <summary>Keeps a change of an audience that may have no connection, as <c>tooManyAudiences</c>, with all that a replay needs to create it.</summary>
    public void AddWithoutConnection(in Change change, string audienceId, KeptList list) =>
        Add(change with { Attributes = list.ToAttributes() }, audienceId, Reasons.TooManyAudiences);

    /// <summary>All of it; empty where nothing was added.</summary>
    public IReadOnlyList<Chunk> Chunks()
    {
        if (_open.Count > 0) Seal();
        return _chunks;
    }

    public NewBatch ToBatch(BatchId id, string? sourceId) => new()
    {
        Id = id,
        ProjectId = feed.ProjectId,
        FeedId = feed.Id,
        Source = feed.Source,
        SourceId = sourceId,
        Rule = rule,
        ReceivedAt = receivedAt,
        Chunks = Chunks(),
    };

    private void Seal()
    {
        var chunk = _open.Seal(rule);
        _sealedBytes += chunk.Changes.Length + chunk.Members.Length;
        _chunks.Add(chunk);
        _open = new ChunkBuilder(receivedAt);
    }
}
