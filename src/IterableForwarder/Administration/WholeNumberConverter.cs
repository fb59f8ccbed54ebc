using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using IterableForwarder.Changes;

namespace IterableForwarder.Administration;

/// <summary>Ids of lists and campaigns in requests: <c>42</c>, <c>42.0</c> and <c>4.2e1</c> are one, as in the messages of sources.</summary>
internal sealed class WholeNumberConverter : JsonConverter<long>
{
    public override long Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.Number) throw new JsonException();
        var written = reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan.ToArray();
        return long.TryParse(JsonNumbers.Plain(written).Span, CultureInfo.InvariantCulture, out var number) ? number : throw new JsonException();
    }

    public override void Write(Utf8JsonWriter writer, long value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}
