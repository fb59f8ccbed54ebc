using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using IterableForwarder.Changes;

namespace IterableForwarder.Mapping;

/// <summary>
/// Makes the data fields of a member out of the attributes of its changes. Pure. Names are made ready once for each rule, and the fields
/// are copied together without a writer: this runs for every member that is sent.
/// </summary>
internal sealed class AttributeSelector
{
    private static readonly ConditionalWeakTable<IReadOnlyList<AttributeMapping>, AttributeSelector> Known = [];

    private readonly byte[][] _attributes;

    /// <summary>Each field with its quotes and colon, as it is written.</summary>
    private readonly byte[][] _fields;

    private readonly int _fieldsLength;

    /// <summary>How often one attribute is used at most.</summary>
    private readonly int _mostUses;

    private AttributeSelector(IReadOnlyList<AttributeMapping> mappings)
    {
        _attributes = [.. mappings.Select(m => Encoding.UTF8.GetBytes(m.Attribute))];
        _fields = [.. mappings.Select(m => Encoding.UTF8.GetBytes($"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(m.Field)}\":"))];
        _fieldsLength = _fields.Sum(f => f.Length + 1) + 2;
        _mostUses = mappings.CountBy(m => m.Attribute).Select(a => a.Value).DefaultIfEmpty(0).Max();
    }

    /// <param name="mappings">Which attribute fills which field; the same list is made ready once.</param>
    public static AttributeSelector Of(IReadOnlyList<AttributeMapping> mappings) => Known.GetValue(mappings, m => new(m));

    /// <summary>No data fields made of attributes of so many bytes in all are longer.</summary>
    public long MaxLength(long attributesLength) => _fields.Length == 0 ? 0 : _fieldsLength + (_mostUses * attributesLength);

    /// <summary>The mapped attributes as a JSON object, or empty where there are none. Of several adds the later wins, field by field.</summary>
    /// <param name="attributes">JSON objects or empty, the earliest first.</param>
    public ReadOnlyMemory<byte> Select(params ReadOnlySpan<ReadOnlyMemory<byte>> attributes)
    {
        if (_fields.Length == 0) return default;
        Span<Place> values = stackalloc Place[_fields.Length];
        values.Clear();
        for (var i = 0; i < attributes.Length; i++)
        {
            if (!attributes[i].IsEmpty) Collect(attributes[i].Span, i, values);
        }
        return Join(attributes, values);
    }

    private void Collect(ReadOnlySpan<byte> json, int index, Span<Place> values)
    {
        var reader = new Utf8JsonReader(json, KeptJson.AnyDepth);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader;
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            for (var i = 0; i < _attributes.Length; i++)
            {
                if (!name.ValueTextEquals(_attributes[i])) continue;
                var value = json[start..(int)reader.BytesConsumed];
                if (!KeptJson.IsTooDeep(value)) values[i] = new(index, start, value.Length);
            }
        }
    }

    private ReadOnlyMemory<byte> Join(ReadOnlySpan<ReadOnlyMemory<byte>> attributes, ReadOnlySpan<Place> values)
    {
        var length = 1;
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i].Length > 0) length += _fields[i].Length + values[i].Length + 1;
        }
        if (length == 1) return default;
        var json = new byte[length];
        var at = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i].Length == 0) continue;
            json[at++] = at == 1 ? (byte)'{' : (byte)',';
            _fields[i].CopyTo(json, at);
            at += _fields[i].Length;
            attributes[values[i].Index].Span.Slice(values[i].Start, values[i].Length).CopyTo(json.AsSpan(at));
            at += values[i].Length;
        }
        json[at] = (byte)'}';
        return json;
    }

    /// <summary>Where a value is: in which of the objects, and where in it. Of no length where there is none.</summary>
    private readonly record struct Place(int Index, int Start, int Length);
}
