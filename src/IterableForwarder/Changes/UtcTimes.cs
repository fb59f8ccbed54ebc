using System.Text.Json;

namespace IterableForwarder.Changes;

/// <summary>
/// Times as senders and operators write them: ISO 8601. One without a zone is UTC, whatever the time zone of the machine. Pure.
/// </summary>
internal static class UtcTimes
{
    /// <summary>Bytes of the longest text that is looked at: a time with all its digits, each of them escaped.</summary>
    public const int MaxTextLength = 300;

    /// <summary>Of <c>2023-05-17</c>.</summary>
    private const int DateLength = 10;

    /// <summary>Of <c>+02:00</c>.</summary>
    private const int OffsetLength = 6;

    /// <summary>True where the reader is on a text that is a date, or a date and a time.</summary>
    public static bool TryRead(ref Utf8JsonReader reader, out DateTimeOffset time) => TryRead(ref reader, out time, out _);

    /// <summary>The same, and whether the text says its zone.</summary>
    public static bool TryRead(ref Utf8JsonReader reader, out DateTimeOffset time, out bool hasZone)
    {
        (time, hasZone) = (default, false);
        if (reader.TokenType != JsonTokenType.String || reader.HasValueSequence || reader.ValueSpan.Length > MaxTextLength) return false;
        try
        {
            // a plus is escaped by some
            Span<byte> buffer = stackalloc byte[MaxTextLength];
            var text = buffer[..reader.CopyString(buffer)];
            hasZone = HasZone(text);
            return hasZone ? reader.TryGetDateTimeOffset(out time) : TryReadUtc(text, out time);
        }
        catch (InvalidOperationException)
        {
            // half of a surrogate pair
            return false;
        }
    }

    /// <summary>With its zone said: the library takes a time without one for the machine's, which does not have every time of UTC.</summary>
    private static bool TryReadUtc(ReadOnlySpan<byte> text, out DateTimeOffset time)
    {
        time = default;
        if (text.Length < DateLength || text.IndexOfAny((byte)'"', (byte)'\\') >= 0) return false;
        ReadOnlySpan<byte> missing = text.Length == DateLength ? "T00:00:00Z\""u8 : "Z\""u8;
        Span<byte> json = stackalloc byte[1 + text.Length + missing.Length];
        json[0] = (byte)'"';
        text.CopyTo(json[1..]);
        missing.CopyTo(json[(1 + text.Length)..]);
        try
        {
            var reader = new Utf8JsonReader(json);
            return reader.Read() && reader.TryGetDateTimeOffset(out time);
        }
        catch (JsonException)
        {
            // a control character
            return false;
        }
    }

    /// <summary>
    /// A time of an event or a change, in Unix milliseconds; null where it cannot be used: one before 1970 is a clock that was never set, and
    /// counts as missing. (One that is ahead of ours is brought back where it is compared.)
    /// </summary>
    public static long? Usable(DateTimeOffset time) => time.ToUnixTimeMilliseconds() is > 0 and var milliseconds ? milliseconds : null;

    private static bool HasZone(ReadOnlySpan<byte> text) =>
        text.Length > DateLength && (text[^1] is (byte)'Z' or (byte)'z' || (text.Length > DateLength + OffsetLength && text[^OffsetLength] is (byte)'+' or (byte)'-'));
}
