using System.Buffers;
using System.Text;
using System.Text.Json;
using IterableForwarder.Changes;
using IterableForwarder.Ingress.Body;

namespace IterableForwarder.Ingress.Amplitude.Lists;

/// <summary>Takes the name of a list, out of a body that is whole and short.</summary>
/// <param name="faults">Receives what is wrong with the body.</param>
internal sealed class NameParser(Faults faults) : IBodyParser
{
    /// <summary>A name and a few words; more is not gathered.</summary>
    private const int MostBytes = 64 * 1024;

    /// <summary>As it came; null with a fault.</summary>
    public string? Name { get; private set; }

    public ParseProgress Parse(ref ReadOnlySequence<byte> slice, bool isLast)
    {
        if (slice.Length > MostBytes) faults.Add("$", $"is longer than {MostBytes} bytes");
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
            faults.Add("$", "must be a JSON object with \"name\"");
            return;
        }
        ReadOnlyMemory<byte> name = default;
        while (JsonValues.NextName(ref reader))
        {
            var isName = JsonValues.IsName(ref reader, "name"u8);
            reader.Read();
            if (isName) name = JsonValues.Text(ref reader, body, orNumber: false);
            else reader.Skip();
        }
        Check(JsonValues.IsBlank(name.Span) ? null : Encoding.UTF8.GetString(name.Span));
    }

    private void Check(string? name)
    {
        if (name is null) faults.Add("name", "is required: a text");
        else if (name.Length > Audiences.MostCharacters) faults.Add("name", $"must have at most {Audiences.MostCharacters} characters");
        else Name = name;
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
            faults.Add("$", body.Length == 0 ? "is empty; a JSON object was expected" : $"is not valid JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine})");
            return false;
        }
    }
}
