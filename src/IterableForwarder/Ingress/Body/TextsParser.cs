using System.Buffers;
using System.Text;
using System.Text.Json;
using IterableForwarder.Changes;
using IterableForwarder.Http;
using IterableForwarder.Ingress.Json;

namespace IterableForwarder.Ingress.Body;

/// <summary>Takes texts by their names out of a body that is a short object. Of several of a name the last counts.</summary>
/// <param name="errors">Receives what is wrong with the body.</param>
/// <param name="names">Those that are looked for.</param>
internal sealed class TextsParser(ValidationErrors errors, params string[] names) : IBodyParser
{
    /// <summary>A few names and words; more is not gathered.</summary>
    private const int MaxBytes = 64 * 1024;

    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);

    /// <summary>The one of the names that is an id, which may be a number too; null for none.</summary>
    public string? Id { get; init; }

    /// <summary>As it came; null where it is missing, blank, or no text.</summary>
    public string? this[string name] => _texts.GetValueOrDefault(name);

    public ParseProgress Parse(ref ReadOnlySequence<byte> slice, bool isLast)
    {
        if (slice.Length > MaxBytes) errors.Add("$", $"is longer than {MaxBytes} bytes");
        else if (!isLast) return ParseProgress.NeedsMore;
        else Read(slice.ToArray());
        return ParseProgress.Done;
    }

    private void Read(byte[] body)
    {
        if (!IsJson(body)) return;
        var reader = JsonValues.ReaderOf(body);
        if (!JsonValues.IsObject(ref reader))
        {
            errors.Add("$", $"must be a JSON object with \"{string.Join("\" or \"", names)}\"");
            return;
        }
        while (JsonValues.NextName(ref reader))
        {
            var name = JsonValues.TextOrNull(ref reader);
            reader.Read();
            if (name is not null && names.Contains(name)) Keep(name, JsonValues.Text(ref reader, body, orNumber: name == Id).Span);
            else reader.Skip();
        }
    }

    private void Keep(string name, ReadOnlySpan<byte> text)
    {
        if (JsonValues.IsBlank(text)) _texts.Remove(name);
        else _texts[name] = Encoding.UTF8.GetString(text);
    }

    private bool IsJson(byte[] body)
    {
        try
        {
            var reader = new Utf8JsonReader(body, KeptJson.AnyDepth);
            while (reader.Read()) { }
            return true;
        }
        catch (JsonException e)
        {
            errors.Add("$", body.Length == 0 ? "is empty; a JSON object was expected" : $"is not valid JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine})");
            return false;
        }
    }
}
