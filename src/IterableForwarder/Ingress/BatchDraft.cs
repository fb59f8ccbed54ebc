using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress;

/// <summary>A batch while the changes of its message are dealt out.</summary>
internal sealed class BatchDraft(Connection connection, EntryRule rule, DateTimeOffset receivedAt)
{
    private readonly List<Piece> _pieces = [];
    private PieceBuilder _piece = new(receivedAt);

    public EntryRule Rule => rule;

    public void Add(in Change change, string? detail)
    {
        _piece.Add(change, detail);
        if (!_piece.IsFull) return;
        _pieces.Add(_piece.Seal(rule));
        _piece = new PieceBuilder(receivedAt);
    }

    public NewBatch ToBatch(BatchId id, string? sourceId)
    {
        if (_piece.Count > 0) _pieces.Add(_piece.Seal(rule));
        return new()
        {
            Id = id,
            ProjectId = connection.ProjectId,
            ConnectionId = connection.Id,
            Source = connection.Source,
            SourceId = sourceId,
            Rule = rule,
            ReceivedAt = receivedAt,
            Pieces = _pieces,
        };
    }
}
