using System.Globalization;
using System.Text;
using System.Text.Json;
using IterableForwarder.Changes;
using IterableForwarder.Ingress.Json;
using IterableForwarder.Mapping;

namespace IterableForwarder.Ingress.Amplitude.Streams;

/// <summary>Writes values of messages as fields: their types stay, dates and times take Iterable's form, at any depth.</summary>
internal static class ValueWriter
{
    private static readonly string[] OwnTimes = ["yyyy-MM-dd HH:mm:ss.FFFFFFF", "yyyy-MM-dd HH:mm:ss"];

    /// <summary>False, with nothing written, where there is no value, or one that would spoil the whole call: broken text, or too deep.</summary>
    /// <param name="json">Is within an object.</param>
    /// <param name="name">What the field is called.</param>
    /// <param name="value">As it is written; empty for none.</param>
    /// <param name="isOwnTime">Whether a time in Amplitude's own form is meant as one.</param>
    public static bool TryWrite(Utf8JsonWriter json, string name, ReadOnlyMemory<byte> value, bool isOwnTime = false)
    {
        if (value.IsEmpty || !KeptJson.IsKeepable(value.Span)) return false;
        json.WritePropertyName(name);
        var reader = JsonValues.ReaderOf(value);
        if (isOwnTime && TryReadOwnTime(value, out var time)) json.WriteStringValue(IterableTimes.ToIterable(time));
        else Copy(ref reader, json);
        return true;
    }

    /// <summary>A time in Amplitude's own form, in UTC.</summary>
    public static bool TryReadOwnTime(ReadOnlyMemory<byte> value, out DateTimeOffset time)
    {
        var text = Encoding.UTF8.GetString(AmplitudeMessage.TextOf(value, orNumber: false).Span);
        return DateTimeOffset.TryParseExact(text, OwnTimes, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
    }

    private static void Copy(ref Utf8JsonReader reader, Utf8JsonWriter json)
    {
        do
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    json.WriteStartObject();
                    break;
                case JsonTokenType.EndObject:
                    json.WriteEndObject();
                    break;
                case JsonTokenType.StartArray:
                    json.WriteStartArray();
                    break;
                case JsonTokenType.EndArray:
                    json.WriteEndArray();
                    break;
                case JsonTokenType.PropertyName:
                    json.WritePropertyName(reader.GetString()!);
                    break;
                case JsonTokenType.String when IterableTimes.TryRead(ref reader, out var time):
                    json.WriteStringValue(IterableTimes.ToIterable(time));
                    break;
                case JsonTokenType.String:
                    json.WriteStringValue(reader.GetString());
                    break;
                default:
                    // a number as it is written: 1.0 stays 1.0
                    json.WriteRawValue(reader.ValueSpan, skipInputValidation: true);
                    break;
            }
        }
        while (reader.Read());
    }
}
