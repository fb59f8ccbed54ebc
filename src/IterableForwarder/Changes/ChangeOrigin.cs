using System.Buffers;
using System.Buffers.Binary;

namespace IterableForwarder.Changes;

/// <summary>Where and when a change that is replayed was first accepted.</summary>
/// <param name="Place">Its place then.</param>
/// <param name="Time">When it happened, or else when it was received, in Unix milliseconds.</param>
internal readonly record struct ChangeOrigin(ChangePlace Place, long Time);

/// <summary>The form in which an entry holds the origins of its changes: 20 bytes each. It lives in databases: read what was ever written.</summary>
internal static class ChangeOrigins
{
    private const int Length = sizeof(long) + sizeof(int) + sizeof(long);

    public static void Write(IBufferWriter<byte> output, ChangeOrigin origin)
    {
        var span = output.GetSpan(Length);
        BinaryPrimitives.WriteInt64LittleEndian(span, origin.Place.Seq);
        BinaryPrimitives.WriteInt32LittleEndian(span[8..], origin.Place.Position);
        BinaryPrimitives.WriteInt64LittleEndian(span[12..], origin.Time);
        output.Advance(Length);
    }

    /// <summary>The origin of the change at this position; null where the entry has none, as its changes are new.</summary>
    public static ChangeOrigin? At(ReadOnlyMemory<byte> origins, int position)
    {
        if (origins.IsEmpty) return null;
        var span = origins.Span.Slice(position * Length, Length);
        return new(
            new(BinaryPrimitives.ReadInt64LittleEndian(span), BinaryPrimitives.ReadInt32LittleEndian(span[8..])),
            BinaryPrimitives.ReadInt64LittleEndian(span[12..]));
    }
}
