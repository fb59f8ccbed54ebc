using System.Globalization;
using System.Text.Json;

namespace IterableForwarder.Ingress.Segment;

/// <summary>Times as they stand in events. Pure.</summary>
internal static class EventTimes
{
    /// <summary>Of <c>2023-05-17T22:49Z</c>, the shortest that is a time with a zone.</summary>
    private const int ShortestDateTime = 17;

    private const int DateLength = 10;

    /// <summary>Of <c>+02:00</c>.</summary>
    private const int OffsetLength = 6;

    /// <summary>A text that is an ISO 8601 date and time with an offset or Z; nothing that merely looks like one.</summary>
    public static bool TryReadDateTime(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json, out DateTimeOffset time)
    {
        time = default;
        if (reader.TokenType != JsonTokenType.String) return false;
        var text = JsonValues.Text(ref reader, json, orNumber: false).Span;
        return text.Length >= ShortestDateTime && text[DateLength] == 'T' && HasZone(text) && TryRead(ref reader, out time);
    }

    /// <summary>In the form that Iterable takes for a date field.</summary>
    public static string ToIterable(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss' +00:00'", CultureInfo.InvariantCulture);

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
