using System.Text.Json;
using IterableForwarder.Ingress.Json;

namespace IterableForwarder.Ingress.Segment;

/// <summary>What an event says of its audience, under <c>context.personas</c>.</summary>
internal readonly struct Personas
{
    /// <summary>Characters of an audience's key; a longer one counts as none.</summary>
    private const int MaxKeyCharacters = 255;

    /// <summary>The audience's key; null where the event is about none.</summary>
    public string? Key { get; private init; }

    /// <summary>What kind of computation it is about; null where the event does not say.</summary>
    private string? Class { get; init; }

    /// <summary>A step of a journey: to reach it is to enter, without a word of membership.</summary>
    public bool IsJourneyStep => Class == "journey_step";

    /// <summary>Whether the event is about somebody who entered an audience or left it; a computed trait, for one, is not.</summary>
    public bool IsOfAudience => Key is not null && (Class is null or "audience" or "journey_step");

    /// <summary>1 or more; null where the event names no list by its id.</summary>
    public long? ListId { get; private init; }

    /// <summary>The audience's settings as they are; empty where there are none.</summary>
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
            else if (JsonValues.IsName(ref reader, "computation_class"u8))
            {
                reader.Read();
                personas = personas with { Class = ClassOf(ref reader, json) };
            }
            else if (JsonValues.IsName(ref reader, "external_audience_id"u8))
            {
                reader.Read();
                personas = personas with { ListId = JsonValues.Id(ref reader, json) };
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

    /// <summary>Not trimmed: the membership is under exactly this name.</summary>
    private static string? KeyOf(ref Utf8JsonReader reader)
    {
        var key = reader.TokenType == JsonTokenType.String ? JsonValues.TextOrNull(ref reader) : null;
        reader.Skip();
        return string.IsNullOrWhiteSpace(key) || key.Length > MaxKeyCharacters ? null : key;
    }

    /// <summary>What is said and is no word is a class that we do not know.</summary>
    private static string? ClassOf(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        if (reader.TokenType == JsonTokenType.Null) return null;
        var isText = reader.TokenType == JsonTokenType.String;
        var word = JsonValues.Word(ref reader, json);
        return isText ? word : "";
    }
}
