using IterableForwarder.Changes;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;

namespace IterableForwarder.Ingress;

/// <summary>
/// Keeps the pieces of one request until it is accepted whole. All but the last are stored while the rest is still being read, so
/// that memory does not grow with the body; whatever is not accepted is removed again.
/// </summary>
internal sealed class PieceStore(IEntryJournal journal, ProjectId project, EntryRule rule) : IAsyncDisposable
{
    private readonly List<Piece> _pieces = [];
    private bool _keep;

    /// <summary>Stores a full piece, as there is more to come.</summary>
    public async Task StageAsync(PieceBuilder piece) => _pieces.Add(await journal.StageAsync(project, piece.Seal(rule)));

    /// <summary>All pieces, with the last.</summary>
    public IReadOnlyList<Piece> Finish(PieceBuilder last) => last.Count > 0 ? [.. _pieces, last.Seal(rule)] : _pieces;

    /// <summary>They were accepted: they stay.</summary>
    public void Keep() => _keep = true;

    public async ValueTask DisposeAsync()
    {
        if (_keep || _pieces.Count == 0) return;
        try
        {
            await journal.DiscardAsync(_pieces);
        }
        catch (StorageUnavailableException)
        {
            // what is left over is invisible, and cleared at the next start
        }
    }
}
