using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using IterableForwarder.Changes;
using IterableForwarder.Ingress.Json;
using IterableForwarder.Mapping;

namespace IterableForwarder.Ingress.Segment;

/// <summary>
/// Keeps of an event the attributes that its connection maps, and nothing else of the person: the traits or properties by their
/// names, and the event's own identifiers under names that begin with <c>$.</c>, which no trait can take.
/// </summary>
/// <param name="mappings">Those of the connection.</param>
internal sealed class EventAttributes(IEnumerable<AttributeMapping> mappings)
{
    private const string OwnPrefix = "$.";
    private const string Nothing = "{}";

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly HashSet<string> _names = [.. mappings.Select(m => m.Attribute)];
    private readonly ArrayBufferWriter<byte> _output = new();

    /// <summary>The mapped attributes as a JSON object; empty where there are none. Good until the next call.</summary>
    public ReadOnlyMemory<byte> Read(in SegmentEvent parts, ReadOnlyMemory<byte> traits, string audienceKey)
    {
        if (_names.Count == 0) return default;
        _output.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_output, Relaxed))
        {
            json.WriteStartObject();
            WriteTraits(json, traits, audienceKey);
            WriteOwn(json, "$.userId", parts.UserId);
            WriteOwn(json, "$.anonymousId", parts.AnonymousId);
            WriteOwn(json, "$.messageId", parts.MessageIdValue);
            WriteOwn(json, "$.timestamp", parts.Timestamp);
            json.WriteEndObject();
        }
        return _output.WrittenCount > Nothing.Length ? _output.WrittenMemory : default;
    }

    private void WriteTraits(Utf8JsonWriter json, ReadOnlyMemory<byte> traits, string audienceKey)
    {
        if (traits.IsEmpty) return;
        var reader = JsonValues.ReaderOf(traits);
        while (JsonValues.NextName(ref reader))
        {
            var name = JsonValues.TextOrNull(ref reader);
            var isWanted = name is not null && name != audienceKey && !name.StartsWith(OwnPrefix, StringComparison.Ordinal) && _names.Contains(name);
            var value = JsonValues.Slice(ref reader, traits);
            if (isWanted) Write(json, name!, value);
        }
    }

    private void WriteOwn(Utf8JsonWriter json, string name, ReadOnlyMemory<byte> value)
    {
        if (!value.IsEmpty && _names.Contains(name)) Write(json, name, value);
    }

    /// <summary>As it is, but for a date and time. Text that is none would spoil the whole call: it counts as missing.</summary>
    private static void Write(Utf8JsonWriter json, string name, ReadOnlyMemory<byte> value)
    {
        var reader = JsonValues.ReaderOf(value);
        if (IterableTimes.TryRead(ref reader, out var time))
        {
            json.WriteString(name, IterableTimes.ToIterable(time));
        }
        else if (KeptJson.IsKeepable(value.Span))
        {
            json.WritePropertyName(name);
            json.WriteRawValue(value.Span, skipInputValidation: true);
        }
    }
}
