using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Iterable.Sandbox.Api;

/// <summary>The three fields of every single-call answer and of every error.</summary>
internal static class Envelope
{
    /// <summary>As Iterable writes it: no \u002B for the plus in an e-mail.</summary>
    public static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ApiAnswer Success(string message, Action<Utf8JsonWriter>? parameters = null) => Of(200, "Success", message, parameters);

    public static ApiAnswer Of(int status, string code, string message, Action<Utf8JsonWriter>? parameters = null, int? retryAfterSeconds = null)
    {
        var body = Json(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("msg"u8, message);
            writer.WriteString("code"u8, code);
            writer.WritePropertyName("params"u8);
            if (parameters is null) writer.WriteNullValue();
            else parameters(writer);
            writer.WriteEndObject();
        });
        return new ApiAnswer(status, body, RetryAfterSeconds: retryAfterSeconds);
    }

    public static ReadOnlyMemory<byte> Json(Action<Utf8JsonWriter> write)
    {
        var output = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(output, Plain);
        write(writer);
        writer.Flush();
        return output.WrittenMemory;
    }

    public static string Invariant(long number) => number.ToString(CultureInfo.InvariantCulture);
}
