using System.Text;
using System.Text.Json;

namespace IterableForwarder.Ingress.Json;

/// <summary>The way from a message down to a value, by name.</summary>
internal sealed class ValuePath(string path)
{
    private readonly byte[][] _names = [.. path.Split('.').Select(Encoding.UTF8.GetBytes)];

    /// <summary>The text it leads to, or a number as it is written; empty where it leads nowhere.</summary>
    public ReadOnlyMemory<byte> Find(ReadOnlyMemory<byte> json, bool orNumber)
    {
        if (json.IsEmpty) return default;
        var reader = JsonValues.ReaderOf(json);
        foreach (var name in _names)
        {
            if (!JsonValues.IsObject(ref reader) || !Seek(ref reader, name)) return default;
        }
        return JsonValues.Text(ref reader, json, orNumber);
    }

    /// <summary>Of names that appear twice the last counts.</summary>
    private static bool Seek(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        var last = reader;
        var isFound = false;
        while (JsonValues.NextName(ref reader))
        {
            var isIt = JsonValues.IsName(ref reader, name);
            reader.Read();
            if (isIt)
            {
                last = reader;
                isFound = true;
            }
            reader.Skip();
        }
        if (isFound) reader = last;
        return isFound;
    }
}
