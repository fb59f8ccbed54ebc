using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Mapping;

namespace IterableForwarder.Ingress.Amplitude.Streams;

/// <summary>The batch of one side of a stream while its request is read.</summary>
internal sealed class SideDraft
{
    private readonly List<Piece> _pieces = [];
    private readonly DateTimeOffset _receivedAt;
    private PieceBuilder _open;

    /// <param name="stream">Its settings are those the batch is accepted under.</param>
    /// <param name="side">One of the stream's sides.</param>
    /// <param name="project">The stream's project.</param>
    /// <param name="receivedAt">When the request came.</param>
    public SideDraft(EventStream stream, Connection side, Project project, DateTimeOffset receivedAt)
    {
        (_receivedAt, _open) = (receivedAt, new(receivedAt));
        Side = StreamSides.Apply(stream, side);
        Rule = EntryRule.For(Side, Side.RuleFor(project) with { Identity = StreamSides.IdentityOf(stream) });
    }

    public Connection Side { get; }

    public EntryRule Rule { get; }

    /// <summary>Null where it will be forwarded, or the reason it is dropped.</summary>
    public string? Add(in Change change, string? detail)
    {
        _open.Add(change, detail);
        if (_open.IsFull) Seal();
        return MemberMapper.Map(change, Rule.Mapping).Dropped;
    }

    /// <summary>All of it; empty where nothing was added.</summary>
    public IReadOnlyList<Piece> Pieces()
    {
        if (_open.Count > 0) Seal();
        return _pieces;
    }

    /// <summary>Null where nothing was added.</summary>
    public NewBatch? ToBatch(TimeProvider time, string? sourceId) => Pieces() is not { Count: > 0 } pieces ? null : new()
    {
        Id = BatchId.New(time),
        ProjectId = Side.ProjectId,
        ConnectionId = Side.Id,
        Source = Side.Source,
        SourceId = sourceId,
        Rule = Rule,
        ReceivedAt = _receivedAt,
        Pieces = pieces,
    };

    private void Seal()
    {
        _pieces.Add(_open.Seal(Rule));
        _open = new(_receivedAt);
    }
}
