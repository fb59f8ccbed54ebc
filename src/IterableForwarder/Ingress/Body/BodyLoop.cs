using System.Buffers;
using System.IO.Pipelines;

namespace IterableForwarder.Ingress.Body;

/// <summary>Takes a body slice by slice.</summary>
internal interface IBodyParser
{
    /// <summary>Takes what is complete of the slice; <paramref name="slice"/> is cut down to what is left.</summary>
    ParseProgress Parse(ref ReadOnlySequence<byte> slice, bool isLast);

    /// <summary>Bytes of memory that what it has gathered takes, beside the body.</summary>
    long Gathered => 0;
}

/// <summary>A body that is still to be read.</summary>
/// <param name="Reader">Its bytes, decompressed.</param>
/// <param name="WorthReading">Bytes to wait for before anything is read, unless the body ends.</param>
/// <param name="Share">Takes memory for what its parser gathers; null where nobody counts.</param>
internal readonly record struct UnreadBody(PipeReader Reader, long WorthReading = 0, BodyShare? Share = null);

/// <summary>Reads a body to its end.</summary>
internal static class BodyLoop
{
    /// <param name="unread">The body.</param>
    /// <param name="parser">Takes it.</param>
    /// <param name="onFull">Takes away what the parser has gathered, when it asks for that; null for a parser that never does.</param>
    /// <param name="cancellationToken">Cancelled when the caller goes away.</param>
    /// <exception cref="BodyTooLargeException">It is longer than the limit.</exception>
    /// <exception cref="Journal.Limits.CapacityExceededException">The bodies of all requests take too much memory.</exception>
    public static async Task ReadAsync(UnreadBody unread, IBodyParser parser, Func<Task>? onFull, CancellationToken cancellationToken)
    {
        var (body, worthReading, share) = unread;
        var isStart = true;
        while (true)
        {
            var read = await body.ReadAsync(cancellationToken);
            var slice = read.Buffer;
            if (isStart) isStart = !ByteOrderMark.TrySkip(ref slice, read.IsCompleted);
            if (isStart || (slice.Length < worthReading && !read.IsCompleted))
            {
                body.AdvanceTo(slice.Start, slice.End);
                continue;
            }
            ParseProgress progress;
            while ((progress = parser.Parse(ref slice, read.IsCompleted)) == ParseProgress.Full) await onFull!();
            if (share is not null) await share.GatherAsync(parser.Gathered, cancellationToken);
            if (progress == ParseProgress.Done)
            {
                body.AdvanceTo(read.Buffer.End);
                return;
            }
            // a value longer than a slice is read from its start each time: doubling keeps that linear in its length
            worthReading = slice.Length * 2;
            body.AdvanceTo(slice.Start, slice.End);
        }
    }
}
