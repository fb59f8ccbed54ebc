using System.IO.Pipelines;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Journal.Entries;

namespace IterableForwarder.Ingress.Members;

/// <summary>Reads a body of changes to its end, and gives away each piece that is full.</summary>
internal static class MembersBody
{
    /// <summary>The last piece, which may be empty. Once there are faults, nothing more is gathered, only more faults.</summary>
    /// <param name="body">The body, decompressed.</param>
    /// <param name="parser">For the form it is in.</param>
    /// <param name="newPiece">Makes the next piece.</param>
    /// <param name="onFull">Takes a full piece.</param>
    /// <param name="cancellationToken">Cancelled when the caller goes away.</param>
    /// <exception cref="BodyTooLargeException">It is longer than the limit.</exception>
    public static async Task<PieceBuilder> ReadAsync(
        PipeReader body, IChangesParser parser, Func<PieceBuilder> newPiece, Func<PieceBuilder, Task> onFull, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await body.ReadAsync(cancellationToken);
            var slice = read.Buffer;
            ParseProgress progress;
            while ((progress = parser.Parse(ref slice, read.IsCompleted)) == ParseProgress.Full)
            {
                await onFull(parser.Piece);
                parser.Piece = newPiece();
            }
            if (progress == ParseProgress.Done) return parser.Piece;
            body.AdvanceTo(slice.Start, slice.End);
        }
    }
}
