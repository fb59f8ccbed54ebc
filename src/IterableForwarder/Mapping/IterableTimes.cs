using System.Globalization;
using System.Text.Json;

namespace IterableForwarder.Mapping;

/// <summary>Dates and times on their way to a date field of Iterable, whatever source they come from. Pure.</summary>
internal static class IterableTimes
{
    /// <summary>Of <c>2023-05-17T22:49Z</c>, the shortest that is a time with a zone.</summary>
    private const int ShortestDateTime = 17;

    /// <summary>Bytes of the longest text that is looked at: a time with all its digits, each of them escaped.</summary>
    private const int LongestText = 300;

    private const int DateLength = 10;

    /// <summary>Of <c>+02:00</c>.</summary>
    private const int OffsetLength = 6;

    /// <summary>In the form that Iterable takes for a date field.</summary>
    public static string ToIterable(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss' +00:00'", CultureInfo.InvariantCulture);

    /// <summary>
    /// True where the reader stands on a text that is an ISO 8601 date and time with an offset or Z; nothing that merely looks like one,
    /// as what is sent as a date once is a date for ever.
    /// </summary>
    public static bool TryRead(ref Utf8JsonReader reader, out DateTimeOffset time)
    {
        time = default;
        if (reader.TokenType != JsonTokenType.String || reader.HasValueSequence || reader.ValueSpan.Length is < ShortestDateTime or > LongestText) return false;
        try
        {
            // a plus is escaped by some
            Span<byte> buffer = stackalloc byte[LongestText];
            var text = buffer[..reader.CopyString(buffer)];
            return text.Length >= ShortestDateTime && text[DateLength] == 'T' && HasZone(text) && reader.TryGetDateTimeOffset(out time);
        }
        catch (InvalidOperationException)
        {
            // half a character
            return false;
        }
    }

    private static bool HasZone(ReadOnlySpan<byte> text) =>
        text[^1] == 'Z' || (text.Length > DateLength + OffsetLength && text[^OffsetLength] is (byte)'+' or (byte)'-');
}
