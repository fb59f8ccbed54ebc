using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Mapping;

namespace IterableForwarder.Ingress.Amplitude.Streams;

/// <summary>The batch of one side of a stream while its request is read.</summary>
internal sealed class SideDraft
{
    private readonly BatchDraft _batch;

    /// <param name="stream">Its settings are those the batch is accepted under.</param>
    /// <param name="side">One of the stream's sides.</param>
    /// <param name="project">The stream's project.</param>
    /// <param name="receivedAt">When the request came.</param>
    public SideDraft(EventStream stream, Connection side, Project project, DateTimeOffset receivedAt)
    {
        var applied = StreamSides.Apply(stream, side);
        _batch = new(applied, EntryRule.For(applied, applied.RuleFor(project) with { Identity = StreamSides.IdentityOf(stream) }), receivedAt);
    }

    public Connection Side => _batch.Connection;

    public EntryRule Rule => _batch.Rule;

    /// <summary>Null where it will be forwarded, or the reason it is dropped.</summary>
    public string? Add(in Change change, string? detail)
    {
        _batch.Add(change, detail);
        return MemberMapper.Map(change, Rule.Mapping).Dropped;
    }

    /// <summary>All of it; empty where nothing was added.</summary>
    public IReadOnlyList<Piece> Pieces() => _batch.Pieces();

    /// <summary>Null where nothing was added.</summary>
    public NewBatch? ToBatch(TimeProvider time, string? sourceId) => Pieces().Count == 0 ? null : _batch.ToBatch(BatchId.New(time), sourceId);
}
