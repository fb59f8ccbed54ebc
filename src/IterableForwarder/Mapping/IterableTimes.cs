using System.Globalization;
using System.Text.Json;
using IterableForwarder.Changes;

namespace IterableForwarder.Mapping;

/// <summary>Dates and times on their way to a date field of Iterable, whatever source they come from. Pure.</summary>
internal static class IterableTimes
{
    /// <summary>Of <c>2023-05-17T22:49Z</c>, the shortest that is a time with a zone.</summary>
    private const int MinDateTimeLength = 17;

    /// <summary>In the form that Iterable takes for a date field.</summary>
    public static string ToIterable(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss' +00:00'", CultureInfo.InvariantCulture);

    /// <summary>
    /// True where the reader is on a text that is an ISO 8601 date and time with an offset or Z; nothing that merely looks like one,
    /// as what is sent as a date once is a date for ever.
    /// </summary>
    public static bool TryRead(ref Utf8JsonReader reader, out DateTimeOffset time)
    {
        time = default;
        return reader.TokenType == JsonTokenType.String
            && !reader.HasValueSequence
            && reader.ValueSpan.Length >= MinDateTimeLength
            && UtcTimes.TryRead(ref reader, out time, out var hasZone)
            && hasZone;
    }
}
