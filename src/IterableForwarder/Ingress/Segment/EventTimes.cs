using System.Text.Json;

namespace IterableForwarder.Ingress.Segment;

/// <summary>Times as they stand in events. Pure.</summary>
internal static class EventTimes
{
    private const int DateLength = 10;

    /// <summary>Of <c>+02:00</c>.</summary>
    private const int OffsetLength = 6;

    /// <summary>When the event happened, in Unix milliseconds; null where it does not say. Without a zone it is UTC.</summary>
    public static long? ReadOccurredAt(ReadOnlyMemory<byte> json)
    {
        if (json.IsEmpty) return null;
        var reader = JsonValues.ReaderOf(json);
        if (reader.TokenType != JsonTokenType.String) return null;
        var text = JsonValues.Text(ref reader, json, orNumber: false).Span;
        if (text.Length <= DateLength || text[DateLength] != 'T' || !TryRead(ref reader, out var time)) return null;
        if (!HasZone(text)) time = new DateTimeOffset(time.DateTime, TimeSpan.Zero);
        return time.ToUnixTimeMilliseconds() is > 0 and var milliseconds ? milliseconds : null;
    }

    private static bool HasZone(ReadOnlySpan<byte> text) =>
        text[^1] == 'Z' || (text.Length > DateLength + OffsetLength && text[^OffsetLength] is (byte)'+' or (byte)'-');

    private static bool TryRead(ref Utf8JsonReader reader, out DateTimeOffset time)
    {
        try
        {
            return reader.TryGetDateTimeOffset(out time);
        }
        catch (InvalidOperationException)
        {
            // half a surrogate pair
            time = default;
            return false;
        }
    }
}
