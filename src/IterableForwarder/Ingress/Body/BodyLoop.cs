using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;

namespace IterableForwarder.Ingress.Body;

/// <summary>Takes a body slice by slice.</summary>
internal interface IBodyParser
{
    /// <summary>Takes what is complete of the slice; <paramref name="slice"/> is cut down to what is left.</summary>
    ParseProgress Parse(ref ReadOnlySequence<byte> slice, bool isLast);
}

/// <summary>Makes something of a body that stays in memory.</summary>
internal interface IGatheringFormat
{
    /// <summary>Bytes of memory that what was read takes, beside the body.</summary>
    long Gathered { get; }
}

/// <summary>A body that is still to be read.</summary>
/// <param name="Reader">Its bytes, decompressed.</param>
/// <param name="WorthReading">Bytes to wait for before anything is read, unless the body ends.</param>
/// <param name="Share">Takes memory for what is made of it; null where nobody counts.</param>
/// <param name="Format">What is made of it; null where nobody counts.</param>
internal readonly record struct UnreadBody(PipeReader Reader, long WorthReading = 0, BodyShare? Share = null, IGatheringFormat? Format = null);

/// <summary>Reads a body to its end.</summary>
internal static class BodyLoop
{
    /// <summary>
    /// How long a body is read without giving its thread back. A slice takes less than a millisecond, so others wait for one slice of each body that is
    /// being read; without a pause a body that has arrived whole, or decompresses to much, would keep a thread until its end.
    /// </summary>
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(5);

    /// <param name="unread">The body.</param>
    /// <param name="parser">Takes it.</param>
    /// <param name="onFull">Takes away what the parser has gathered, when it asks for that; null for a parser that never does.</param>
    /// <param name="cancellationToken">Cancelled when the caller goes away.</param>
    /// <exception cref="BodyTooLargeException">It is longer than the limit.</exception>
    /// <exception cref="Journal.Limits.CapacityExceededException">The bodies of all requests take too much memory.</exception>
    public static async Task ReadAsync(UnreadBody unread, IBodyParser parser, Func<Task>? onFull, CancellationToken cancellationToken)
    {
        var (body, worthReading, share, format) = unread;
        var isStart = true;
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            if (Stopwatch.GetElapsedTime(began) > Turn)
            {
                await Task.Yield();
                began = Stopwatch.GetTimestamp();
            }
            var reading = body.ReadAsync(cancellationToken);
            var hasWaited = !reading.IsCompleted;
            var read = await reading;
            if (hasWaited) began = Stopwatch.GetTimestamp();
            var slice = read.Buffer;
            if (isStart) isStart = !ByteOrderMark.TrySkip(ref slice, read.IsCompleted);
            if (isStart || (slice.Length < worthReading && !read.IsCompleted))
            {
                body.AdvanceTo(slice.Start, slice.End);
                continue;
            }
            ParseProgress progress;
            while ((progress = parser.Parse(ref slice, read.IsCompleted)) == ParseProgress.Full) await onFull!();
            if (share is not null && format is not null) await share.GatherAsync(format.Gathered, cancellationToken);
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
