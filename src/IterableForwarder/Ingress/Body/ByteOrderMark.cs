using System.Buffers;

namespace IterableForwarder.Ingress.Body;

/// <summary>The three bytes that some programs put before UTF-8. They say nothing, and no JSON begins with them.</summary>
internal static class ByteOrderMark
{
    private static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>Cuts the mark off the start of a body. False where too little has arrived to tell.</summary>
    /// <param name="body">What has arrived.</param>
    /// <param name="isLast">Nothing more will arrive.</param>
    public static bool TrySkip(ref ReadOnlySequence<byte> body, bool isLast)
    {
        Span<byte> head = stackalloc byte[Mark.Length];
        var length = (int)Math.Min(body.Length, head.Length);
        body.Slice(0, length).CopyTo(head);
        if (!Mark.StartsWith(head[..length])) return true;
        if (length < Mark.Length) return isLast;
        body = body.Slice(length);
        return true;
    }
}
