using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Mapping;

namespace IterableForwarder.Ingress.Amplitude.Streams;

/// <summary>The batch of one feed of a stream while its request is read.</summary>
/// <param name="feed">With the stream's settings that the batch is accepted under.</param>
/// <param name="project">The stream's project.</param>
/// <param name="receivedAt">When the request came.</param>
internal sealed class FeedDraft(StreamFeed feed, Project project, DateTimeOffset receivedAt)
{
    private readonly BatchDraft _batch = new(feed, EntryRule.For(feed, feed.RuleFor(project)), receivedAt);

    public StreamFeed Feed => feed;

    public EntryRule Rule => _batch.Rule;

    /// <summary>Changes so far.</summary>
    public long Count => _batch.Count;

    /// <summary>Bytes of memory that they take.</summary>
    public long Bytes => _batch.Bytes;

    /// <summary>Null where it will be forwarded, or the reason it is dropped.</summary>
    public string? Add(in Change change, string? detail)
    {
        _batch.Add(change, detail);
        return MemberMapper.Map(change, Rule.Mapping).Dropped;
    }

    /// <summary>All of it; empty where nothing was added.</summary>
    public IReadOnlyList<Chunk> Chunks() => _batch.Chunks();

    /// <summary>Null where nothing was added.</summary>
    public NewBatch? ToBatch(TimeProvider time, string? sourceId) => Chunks().Count == 0 ? null : _batch.ToBatch(BatchId.New(time), sourceId);
}
