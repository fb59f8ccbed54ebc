using IterableForwarder.Changes;
using IterableForwarder.Ingress.Json;

namespace IterableForwarder.Ingress.Segment;

/// <summary>Times as they are in events. Pure.</summary>
internal static class EventTimes
{
    /// <summary>Of <c>2026-01-15</c>.</summary>
    private const int DateLength = 10;

    /// <summary>When the event happened, in Unix milliseconds; null where it does not say. Without a zone it is UTC.</summary>
    public static long? ReadOccurredAt(ReadOnlyMemory<byte> json)
    {
        if (json.IsEmpty) return null;
        var reader = JsonValues.ReaderOf(json);
        // a day is no time: as its midnight it would come before what happened on it
        return reader.ValueSpan.Length > DateLength && UtcTimes.TryRead(ref reader, out var time) ? UtcTimes.Usable(time) : null;
    }
}
