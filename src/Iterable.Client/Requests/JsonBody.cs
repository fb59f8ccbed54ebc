using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Iterable.Client.Requests;

/// <summary>What every body has in common: how it is escaped, and how an optional field is written.</summary>
internal static class JsonBody
{
    private const int EscapedLength = 6;
    private const int ReplacementLength = 3;

    // Bodies go to an API, never into HTML: '<', '+' and letters beyond ASCII may stand as they are.
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
    /// bytes of UTF-8 become one escape, three become one, four become two, and a byte that is not UTF-8 becomes U+FFFD:
    /// never more than three for one.
    /// </summary>
    public static long MaxEscapedLength(ReadOnlySpan<byte> text)
    {
        long length = 0;
        foreach (byte character in text)
            length += character switch
            {
                < (byte)' ' or (byte)'"' or (byte)'\\' or 0x7F => EscapedLength,
                < 0x80 => 1,
                _ => ReplacementLength,
            };
        return length;
    }

    public static int Saturate(long length) => (int)Math.Min(length, int.MaxValue);
}
