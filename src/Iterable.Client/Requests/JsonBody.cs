using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Iterable.Client.Requests;

/// <summary>What every body has in common: how it is escaped, and how an optional field is written.</summary>
internal static class JsonBody
{
    private const int EscapedLength = 6;

    // Bodies go to an API, never into HTML: '<', '+' and letters beyond ASCII may stay unescaped.
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    public static Utf8JsonWriter Writer(IBufferWriter<byte> output) => new(output, Options);

    public static void WriteText(Utf8JsonWriter writer, ReadOnlySpan<byte> name, ReadOnlyMemory<byte> text)
    {
        if (!text.IsEmpty)
            writer.WriteString(name, text.Span);
    }

    public static void WriteNumber(Utf8JsonWriter writer, ReadOnlySpan<byte> name, long? number)
    {
        if (number is { } value)
            writer.WriteNumber(name, value);
    }

    /// <summary>Copies JSON that the caller has already checked, without parsing it again.</summary>
    public static void WriteJson(Utf8JsonWriter writer, ReadOnlySpan<byte> name, ReadOnlyMemory<byte> json)
    {
        if (json.IsEmpty)
            return;
        writer.WritePropertyName(name);
        writer.WriteRawValue(json.Span, skipInputValidation: true);
    }

    /// <summary>
    /// At most how many bytes a text takes between its quotes. ASCII is escaped as \uXXXX at worst. Of the rest, two
    /// bytes of UTF-8 become one such escape, three become one, four become two: never more than three for one. Only a
    /// byte that is not UTF-8 costs an escape of its own, that of U+FFFD.
    /// </summary>
    public static long MaxEscapedLength(ReadOnlySpan<byte> text)
    {
        long ascii = 0;
        long others = 0;
        foreach (byte character in text)
        {
            if (character >= 0x80)
                others++;
            else
                ascii += character is < (byte)' ' or (byte)'"' or (byte)'\\' or 0x7F ? EscapedLength : 1;
        }

        return others == 0 ? ascii : ascii + others * (Utf8.IsValid(text) ? EscapedLength / 2 : EscapedLength);
    }

    public static int Saturate(long length) => (int)Math.Min(length, int.MaxValue);
}
