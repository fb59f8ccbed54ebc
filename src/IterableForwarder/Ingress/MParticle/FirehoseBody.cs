using System.IO.Pipelines;
using IterableForwarder.Ingress.Body;

namespace IterableForwarder.Ingress.MParticle;

/// <summary>Reads a message to its end.</summary>
internal static class FirehoseBody
{
    /// <param name="body">The body, decompressed.</param>
    /// <param name="parser">Takes it.</param>
    /// <param name="cancellationToken">Cancelled when the caller goes away.</param>
    /// <exception cref="BodyTooLargeException">It is longer than the limit.</exception>
    public static async Task ReadAsync(PipeReader body, FirehoseParser parser, CancellationToken cancellationToken)
    {
        var atLeast = 0L;
        while (true)
        {
            var read = await body.ReadAsync(cancellationToken);
            var slice = read.Buffer;
            if (slice.Length < atLeast && !read.IsCompleted)
            {
                body.AdvanceTo(slice.Start, slice.End);
                continue;
            }
            if (parser.Parse(ref slice, read.IsCompleted) == ParseProgress.Done) return;
            // a value longer than a slice is read from its start each time: doubling keeps that linear in its length
            atLeast = slice.Length * 2;
            body.AdvanceTo(slice.Start, slice.End);
        }
    }
}
