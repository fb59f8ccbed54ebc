using System.Globalization;
using System.Text.Json;

namespace IterableForwarder.Ingress.Segment;

/// <summary>What an event says of its audience, under <c>context.personas</c>.</summary>
internal readonly struct Personas
{
    /// <summary>Characters of an audience's key; a longer one counts as none.</summary>
    private const int MostKeyCharacters = 255;

    /// <summary>The audience's key; null where the event is about none.</summary>
    public string? Key { get; private init; }

    /// <summary>1 or more; null where the event names no list by its id.</summary>
    public long? ListId { get; private init; }

    /// <summary>The audience's settings as they stand; empty where there are none.</summary>
    public ReadOnlyMemory<byte> Settings { get; private init; }

    public static Personas Read(ReadOnlyMemory<byte> context)
    {
        var personas = default(Personas);
        if (context.IsEmpty) return personas;
        var reader = JsonValues.ReaderOf(context);
        if (!JsonValues.IsObject(ref reader)) return personas;
        while (JsonValues.NextName(ref reader))
        {
            var isIt = JsonValues.IsName(ref reader, "personas"u8);
            reader.Read();
            if (isIt) personas = ReadOne(ref reader, context);
            else reader.Skip();
        }
        return personas;
    }

    private static Personas ReadOne(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        var personas = default(Personas);
        if (!JsonValues.IsObject(ref reader)) return personas;
        while (JsonValues.NextName(ref reader))
        {
            if (JsonValues.IsName(ref reader, "computation_key"u8))
            {
                reader.Read();
                personas = personas with { Key = KeyOf(ref reader) };
            }
            else if (JsonValues.IsName(ref reader, "external_audience_id"u8))
            {
                reader.Read();
                personas = personas with { ListId = ListIdOf(JsonValues.Word(ref reader, json, orNumber: true)) };
            }
            else if (JsonValues.IsName(ref reader, "audience_settings"u8))
            {
                personas = personas with { Settings = JsonValues.Slice(ref reader, json) };
            }
            else
            {
                reader.Skip();
            }
        }
        return personas;
    }

    /// <summary>Not trimmed: the membership stands under exactly this name.</summary>
    private static string? KeyOf(ref Utf8JsonReader reader)
    {
        var key = reader.TokenType == JsonTokenType.String ? JsonValues.TextOrNull(ref reader) : null;
        reader.Skip();
        return string.IsNullOrWhiteSpace(key) || key.Length > MostKeyCharacters ? null : key;
    }

    private static long? ListIdOf(string? word) =>
        long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0 ? id : null;
}
