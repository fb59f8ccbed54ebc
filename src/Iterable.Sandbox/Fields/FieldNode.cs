using Iterable.Sandbox.State;

namespace Iterable.Sandbox.Fields;

/// <summary>One field of a project and the fields inside it.</summary>
internal sealed class FieldNode(string path, FieldKind kind)
{
    private readonly Dictionary<byte[], FieldNode> _children = new(Utf8Keys.Instance);

    public string Path => path;

    public FieldKind Kind => kind;

    /// <summary>The fields inside that hold no others, at any depth.</summary>
    public IEnumerable<FieldNode> Leaves() =>
        _children.Values.SelectMany(child => child._children.Count == 0 ? [child] : child.Leaves());

    public FieldNode? Find(ReadOnlySpan<byte> name) =>
        _children.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out var child) ? child : null;

    public void Add(byte[] name, FieldNode child) => _children.Add(name, child);

    public void Remove(byte[] name) => _children.Remove(name);
}
