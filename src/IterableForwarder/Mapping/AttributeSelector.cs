using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace IterableForwarder.Mapping;

/// <summary>Makes the data fields of a member out of the attributes of its changes. Pure.</summary>
internal static class AttributeSelector
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// The mapped attributes as a JSON object, or empty where there are none. Of several adds the later wins, field by field.
    /// </summary>
    /// <param name="attributes">JSON objects, the earliest first.</param>
    /// <param name="mappings">Which attribute fills which field.</param>
    public static ReadOnlyMemory<byte> Select(IReadOnlyList<ReadOnlyMemory<byte>> attributes, IReadOnlyList<AttributeMapping> mappings)
    {
        if (mappings.Count == 0) return default;
        var values = new ReadOnlyMemory<byte>[mappings.Count];
        var found = false;
        foreach (var json in attributes) found |= !json.IsEmpty && Collect(json, mappings, values);
        return found ? Write(mappings, values) : default;
    }

    private static bool Collect(ReadOnlyMemory<byte> json, IReadOnlyList<AttributeMapping> mappings, ReadOnlyMemory<byte>[] values)
    {
        var found = false;
        var reader = new Utf8JsonReader(json.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            for (var i = 0; i < mappings.Count; i++)
            {
                if (mappings[i].Attribute != name) continue;
                values[i] = json[start..(int)reader.BytesConsumed];
                found = true;
            }
        }
        return found;
    }

    private static ReadOnlyMemory<byte> Write(IReadOnlyList<AttributeMapping> mappings, ReadOnlyMemory<byte>[] values)
    {
        var output = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(output, Relaxed))
        {
            json.WriteStartObject();
            for (var i = 0; i < mappings.Count; i++)
            {
                if (values[i].IsEmpty) continue;
                json.WritePropertyName(mappings[i].Field);
                json.WriteRawValue(values[i].Span, skipInputValidation: true);
            }
            json.WriteEndObject();
        }
        return output.WrittenMemory;
    }
}
