using System.Buffers;
using System.Text.Json;
using Iterable.Sandbox.Api;

namespace Iterable.Sandbox.Fields;

/// <summary>Pure arithmetic on a user's fields, which are kept as the JSON they came in.</summary>
internal static class DataFields
{
    /// <summary>Top-level fields are overwritten, or merged where both are objects and the caller asked for it.</summary>
    public static byte[] Merge(byte[]? known, ReadOnlyMemory<byte> sent, bool mergeNestedObjects)
    {
        if (known is null || known.AsSpan().SequenceEqual(sent.Span)) return sent.ToArray();
        using var before = JsonDocument.Parse(known);
        using var incoming = JsonDocument.Parse(sent);
        var merged = Write(before.RootElement, incoming.RootElement, mergeNestedObjects);
        // The old array where nothing changed: callers tell an update from a repeat by it.
        return known.AsSpan().SequenceEqual(merged) ? known : merged;
    }

    public static ReadOnlyMemory<byte> Without(ReadOnlyMemory<byte> sent, IReadOnlySet<string> names)
    {
        if (sent.IsEmpty || names.Count == 0) return sent;
        using var document = JsonDocument.Parse(sent);
        var output = new ArrayBufferWriter<byte>(sent.Length);
        using var writer = new Utf8JsonWriter(output, Envelope.Plain);
        writer.WriteStartObject();
        foreach (var property in document.RootElement.EnumerateObject().Where(property => !names.Contains(property.Name))) property.WriteTo(writer);
        writer.WriteEndObject();
        writer.Flush();
        return output.WrittenMemory;
    }

    private static byte[] Write(JsonElement before, JsonElement incoming, bool mergeNestedObjects)
    {
        var output = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(output, Envelope.Plain);
        WriteMerged(writer, before, incoming, mergeNestedObjects);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static void WriteMerged(Utf8JsonWriter writer, JsonElement before, JsonElement incoming, bool mergeNestedObjects)
    {
        writer.WriteStartObject();
        var names = new HashSet<string>();
        foreach (var property in before.EnumerateObject().Concat(incoming.EnumerateObject()))
        {
            if (!names.Add(property.Name)) continue;
            writer.WritePropertyName(property.Name);
            WriteValue(writer, property.Name, before, incoming, mergeNestedObjects);
        }
        writer.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter writer, string name, JsonElement before, JsonElement incoming, bool mergeNestedObjects)
    {
        var old = before.TryGetProperty(name, out var was) ? was : default;
        if (!incoming.TryGetProperty(name, out var value)) old.WriteTo(writer);
        else if (mergeNestedObjects && old.ValueKind == JsonValueKind.Object && value.ValueKind == JsonValueKind.Object) WriteMerged(writer, old, value, false);
        else value.WriteTo(writer);
    }
}
