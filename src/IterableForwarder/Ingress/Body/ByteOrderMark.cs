using System.Buffers;
using System.IO.Pipelines;

namespace IterableForwarder.Ingress.Body;

/// <summary>The three bytes that some programs put before UTF-8. They say nothing, and no JSON begins with them.</summary>
internal static class ByteOrderMark
{
    private static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>Leaves the body at its first byte behind the mark.</summary>
    public static async Task SkipAsync(PipeReader body, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await body.ReadAsync(cancellationToken);
            var length = LengthAt(read.Buffer);
            if (length is null && !read.IsCompleted)
            {
                body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }
            var start = read.Buffer.IsEmpty ? read.Buffer.End : read.Buffer.GetPosition(length ?? 0);
            // nothing is examined, so that the next read returns what there is
            body.AdvanceTo(start, start);
            return;
        }
    }

    /// <summary>The bytes of the mark at the start, if any; null where too little has arrived to tell.</summary>
    private static int? LengthAt(ReadOnlySequence<byte> start)
    {
        Span<byte> head = stackalloc byte[Mark.Length];
        var length = (int)Math.Min(start.Length, head.Length);
        start.Slice(0, length).CopyTo(head);
        if (!Mark.StartsWith(head[..length])) return 0;
        return length == Mark.Length ? length : null;
    }
}
