using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using IterableForwarder.Changes;

namespace IterableForwarder.Ingress.Json;

/// <summary>
/// Takes values out of JSON. What is not of the type asked for, or is no proper text, counts as missing: never an error, as the sender's
/// models grow and its values come from people. JSON that is not well formed throws <see cref="JsonException"/> where a reader comes to
/// it; the content of an element that was passed over whole before is well formed.
/// </summary>
internal static class JsonValues
{
    /// <summary>A reader that is on the value.</summary>
    public static Utf8JsonReader ReaderOf(ReadOnlyMemory<byte> value)
    {
        var reader = new Utf8JsonReader(value.Span, KeptJson.AnyDepth);
        reader.Read();
        return reader;
    }

    /// <summary>True where the reader is at the start of an object; anything else is passed over.</summary>
    public static bool IsObject(ref Utf8JsonReader reader) => IsStart(ref reader, JsonTokenType.StartObject);

    /// <summary>True where the reader is at the start of an array; anything else is passed over.</summary>
    public static bool IsArray(ref Utf8JsonReader reader) => IsStart(ref reader, JsonTokenType.StartArray);

    /// <summary>On to the next name of the object; false at its end. The value of the name before has been taken or passed over.</summary>
    public static bool NextName(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

    /// <summary>On to the next element of the array; false at its end. The element before has been taken or passed over.</summary>
    public static bool NextElement(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType != JsonTokenType.EndArray;

    /// <summary>A name that is no proper text is nobody's.</summary>
    public static bool IsName(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        if (!reader.ValueIsEscaped) return reader.ValueSpan.SequenceEqual(name);
        try
        {
            return reader.ValueTextEquals(name);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>
    /// The text the reader is on, or a number in the form of <see cref="JsonNumbers.Plain"/>; empty for anything else, which is passed over.
    /// </summary>
    /// <param name="reader">Is on the value.</param>
    /// <param name="json">What it reads from; the text is a slice of it where nothing was escaped.</param>
    /// <param name="orNumber">Whether a number will do.</param>
    public static ReadOnlyMemory<byte> Text(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json, bool orNumber)
    {
        var start = (int)reader.TokenStartIndex;
        switch (reader.TokenType)
        {
            case JsonTokenType.String when reader.ValueIsEscaped:
                return Unescape(ref reader);
            case JsonTokenType.String:
                return Utf8.IsValid(reader.ValueSpan) ? json.Slice(start + 1, reader.ValueSpan.Length) : default;
            case JsonTokenType.Number when orNumber:
                return JsonNumbers.Plain(json.Slice(start, reader.ValueSpan.Length));
            default:
                reader.Skip();
                return default;
        }
    }

    /// <summary>The same, trimmed and as a string; null where it is missing or blank.</summary>
    public static string? Word(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json, bool orNumber = false)
    {
        var text = Encoding.UTF8.GetString(Text(ref reader, json, orNumber).Span).Trim();
        return text.Length == 0 ? null : text;
    }

    public static string? Word(ReadOnlyMemory<byte> value, bool orNumber = false)
    {
        var reader = ReaderOf(value);
        return Word(ref reader, value, orNumber);
    }

    /// <summary>An id of Iterable's, as a number or as a text of digits; null where it is none.</summary>
    public static long? Id(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json) =>
        Word(ref reader, json, orNumber: true) is { } word ? JsonNumbers.IdOf(Encoding.UTF8.GetBytes(word)) : null;

    /// <summary>The text or name the reader is on; null where it is no proper text.</summary>
    public static string? TextOrNull(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            // half a surrogate pair, or broken UTF-8
            return null;
        }
    }

    /// <summary>True or false; null for anything else, which is not passed over.</summary>
    public static bool? Truth(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => null,
    };

    /// <summary>The value behind the name the reader is on, as it is written.</summary>
    public static ReadOnlyMemory<byte> Slice(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return json[start..(int)reader.BytesConsumed];
    }

    /// <summary>For a sentence.</summary>
    public static string NameOf(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a text",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "true or false",
        _ => "null",
    };

    public static bool IsBlank(ReadOnlySpan<byte> text) =>
        text.IsEmpty || (text[0] is <= (byte)' ' or >= 0x80 && Blanks.IsBlank(Encoding.UTF8.GetString(text)));

    /// <summary>
    /// An identifier; empty where it is blank. One beyond all reason is cut, not left out: Iterable takes 52 characters of a user id
    /// and no address of this length, so it refuses the member by name, and the account shows whom. Left out, the member would be
    /// forwarded as somebody else.
    /// </summary>
    public static ReadOnlyMemory<byte> Present(ReadOnlyMemory<byte> identifier) =>
        IsBlank(identifier.Span) ? default : Cut(identifier, ValueLimits.Identifier);

    /// <summary>At most so many characters, and no half of one at the end.</summary>
    public static string Cut(string text, int maxCharacters)
    {
        if (text.Length <= maxCharacters) return text;
        return text[..(char.IsHighSurrogate(text[maxCharacters - 1]) ? maxCharacters - 1 : maxCharacters)];
    }

    /// <summary>At most so many bytes, and no part of a character at the end.</summary>
    public static ReadOnlyMemory<byte> Cut(ReadOnlyMemory<byte> text, int maxBytes)
    {
        if (text.Length <= maxBytes) return text;
        while ((text.Span[maxBytes] & 0xC0) == 0x80) maxBytes--;
        return text[..maxBytes];
    }

    private static bool IsStart(ref Utf8JsonReader reader, JsonTokenType start)
    {
        if (reader.TokenType == start) return true;
        reader.Skip();
        return false;
    }

    private static ReadOnlyMemory<byte> Unescape(ref Utf8JsonReader reader)
    {
        try
        {
            var text = new byte[reader.ValueSpan.Length];
            var length = reader.CopyString(text);
            return Utf8.IsValid(text.AsSpan(0, length)) ? text.AsMemory(0, length) : default;
        }
        catch (InvalidOperationException)
        {
            // half a surrogate pair
            return default;
        }
    }
}
