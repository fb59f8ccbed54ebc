using System.Globalization;
using System.Text.Json;

namespace Iterable.Client.Answers;

/// <summary>Reading JSON of which nothing may be taken for granted: not its presence, its types, nor its encoding.</summary>
internal static class JsonReading
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>What <paramref name="read"/> makes of the body when that is a JSON object; null for anything else.</summary>
    public static T? ReadObject<T>(ReadOnlyMemory<byte> body, Func<JsonElement, T?> read)
    {
        if (body.Span.StartsWith(ByteOrderMark))
            body = body[ByteOrderMark.Length..];
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object ? read(document.RootElement) : default;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a property name whose escapes are half a surrogate pair.
            return default;
        }
    }

    /// <summary>The property, or an undefined element where the parent is no object or has none of that name.</summary>
    public static JsonElement Get(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) ? value : default;

    /// <summary>The name; null when its escapes are half a surrogate pair.</summary>
    public static string? Name(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A string, or a number as it is written; null for anything else.</summary>
    public static string? Text(JsonElement element)
    {
        try
        {
            return element.ValueKind switch
            {
                JsonValueKind.String => element.GetString(),
                JsonValueKind.Number => element.GetRawText(),
                _ => null,
            };
        }
        catch (InvalidOperationException)
        {
            // The text is not valid UTF-8, or half a surrogate pair; the parser does not look that closely.
            return null;
        }
    }

    /// <summary>Whether a body says by its code that the call failed, whatever its HTTP status.</summary>
    public static bool SaysFailure(JsonElement body) =>
        Get(body, "code") is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } code && Text(code) != "Success";

    /// <summary>A number, or a string that holds one; null for anything else.</summary>
    public static decimal? Number(JsonElement element) =>
        decimal.TryParse(Text(element), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>As <see cref="Number"/>, where it is whole and fits.</summary>
    public static long? Integer(JsonElement element) =>
        Number(element) is { } number && decimal.IsInteger(number) && number is >= long.MinValue and <= long.MaxValue
            ? (long)number
            : null;
}
