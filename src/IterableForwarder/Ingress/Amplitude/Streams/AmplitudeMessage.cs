using System.Text.Json;
using IterableForwarder.Ingress.Json;

namespace IterableForwarder.Ingress.Amplitude.Streams;

/// <summary>An event or a user as it is in the body. Of several fields of a name the last counts; what is no proper text is missing.</summary>
internal sealed class AmplitudeMessage
{
    public AmplitudeMessage(ReadOnlyMemory<byte> json)
    {
        Json = json;
        UserProperties = FieldOf(json, "user_properties"u8);
        Set = FieldOf(UserProperties, "$set"u8);
    }

    public ReadOnlyMemory<byte> Json { get; }

    /// <summary>Empty where it has none.</summary>
    public ReadOnlyMemory<byte> UserProperties { get; }

    /// <summary>The user properties of the operation that sets them; empty where there is none.</summary>
    public ReadOnlyMemory<byte> Set { get; }

    public bool IsObject => Json.Span is [(byte)'{', ..];

    /// <summary>Empty where it is missing or blank.</summary>
    public ReadOnlyMemory<byte> EventType => TextOf(FieldOf(Json, "event_type"u8), orNumber: false);

    public ReadOnlyMemory<byte> Field(ReadOnlySpan<byte> name) => FieldOf(Json, name);

    /// <summary>The value of a name in an object, as it is written; empty where there is none, or no object.</summary>
    public static ReadOnlyMemory<byte> FieldOf(ReadOnlyMemory<byte> json, ReadOnlySpan<byte> name)
    {
        var found = default(ReadOnlyMemory<byte>);
        if (json.IsEmpty) return found;
        var reader = JsonValues.ReaderOf(json);
        if (!JsonValues.IsObject(ref reader)) return found;
        while (JsonValues.NextName(ref reader))
        {
            var isIt = JsonValues.IsName(ref reader, name);
            var value = JsonValues.Slice(ref reader, json);
            if (isIt) found = value;
        }
        return found;
    }

    /// <summary>The text of a value, or a number as it is written; empty where it is anything else, or blank.</summary>
    public static ReadOnlyMemory<byte> TextOf(ReadOnlyMemory<byte> value, bool orNumber)
    {
        if (value.IsEmpty) return default;
        var reader = JsonValues.ReaderOf(value);
        var text = JsonValues.Text(ref reader, value, orNumber);
        return JsonValues.IsBlank(text.Span) ? default : text;
    }

    public static JsonTokenType TypeOf(ReadOnlyMemory<byte> value) => value.IsEmpty ? JsonTokenType.None : JsonValues.ReaderOf(value).TokenType;
}
