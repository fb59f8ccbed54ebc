using System.Text;
using System.Text.Json;

namespace Iterable.Sandbox.Fields;

/// <summary>
/// Holds the dataFields of one request against the fields of a project, learning new fields on the way.
/// A refused request must teach nothing, so what it added can be undone.
/// </summary>
internal sealed class FieldCheck(FieldNode root, bool createNewFields)
{
    /// <summary>Lucene's limit for a term, and so for a text field that can be searched exactly.</summary>
    private const int MaxTextLength = 32_766;

    private readonly List<(FieldNode Parent, byte[] Name, FieldNode Child)> _added = [];
    private readonly Dictionary<string, FieldMismatch> _mismatches = [];
    private readonly SortedSet<string> _filteredOut = new(StringComparer.Ordinal);
    private bool _valid;

    public IReadOnlyCollection<FieldMismatch> Mismatches => _mismatches.Values;

    public IEnumerable<string> Created => _added.Select(added => added.Child.Path);

    /// <summary>Top-level fields that the project does not have and that the request must not create.</summary>
    public IReadOnlySet<string> FilteredOut => _filteredOut;

    /// <summary>False when a name or a value is one that no field takes: the fault of one member, not of the request.</summary>
    public bool Read(ReadOnlySpan<byte> dataFields)
    {
        _valid = true;
        if (dataFields.IsEmpty) return true;
        var reader = new Utf8JsonReader(dataFields);
        reader.Read();
        ReadObject(ref reader, root);
        return _valid;
    }

    public void Undo()
    {
        foreach (var (parent, name, _) in _added) parent.Remove(name);
        _added.Clear();
    }

    private void ReadObject(ref Utf8JsonReader reader, FieldNode parent)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(reader.GetString()!) : reader.ValueSpan;
            reader.Read();
            ReadValue(ref reader, parent, name);
        }
    }

    private void ReadValue(ref Utf8JsonReader reader, FieldNode parent, ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty || (reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length > MaxTextLength)) _valid = false;
        var node = FieldKinds.Of(ref reader) is { } kind ? Fit(ref reader, parent, name, kind) : null;
        if (node is { Kind: FieldKind.Object }) ReadObject(ref reader, node);
        else reader.Skip();
    }

    /// <summary>The field to read on in, or null when the value is to be passed over.</summary>
    private FieldNode? Fit(ref Utf8JsonReader reader, FieldNode parent, ReadOnlySpan<byte> name, FieldKind kind)
    {
        var node = parent.Find(name);
        if (node is null) return _valid ? Learn(parent, name, kind) : null;
        if (node.Kind.Takes(kind)) return node;
        var value = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray ? kind.Name() : Encoding.UTF8.GetString(reader.ValueSpan);
        _mismatches.TryAdd(node.Path, new FieldMismatch(node.Path, node.Kind, kind, value));
        return null;
    }

    private FieldNode? Learn(FieldNode parent, ReadOnlySpan<byte> name, FieldKind kind)
    {
        var text = Encoding.UTF8.GetString(name);
        if (!createNewFields)
        {
            if (parent == root) _filteredOut.Add(text);
            return null;
        }
        var child = new FieldNode(parent == root ? text : $"{parent.Path}.{text}", kind);
        var key = name.ToArray();
        parent.Add(key, child);
        _added.Add((parent, key, child));
        return child;
    }
}
