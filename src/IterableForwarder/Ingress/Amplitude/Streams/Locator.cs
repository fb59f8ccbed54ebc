using System.Text;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress.Amplitude.Streams;

/// <summary>Finds the property of a path in messages.</summary>
/// <param name="text">The path, which has passed its rules.</param>
internal sealed class Locator(string text)
{
    private readonly PropertyPath _path = PropertyPath.Parse(text);
    private readonly byte[] _root = Encoding.UTF8.GetBytes(PropertyPath.Parse(text).Root);
    private readonly byte[] _rest = Encoding.UTF8.GetBytes(PropertyPath.Parse(text).Rest ?? "");

    public string Path => text;

    /// <summary>What the property is called at Iterable.</summary>
    public string Name => _path.Name;

    /// <summary>Amplitude's own times have no zone, and are in UTC.</summary>
    public bool IsOwnTime => _path.Rest is null && _path.Root.EndsWith("_time", StringComparison.Ordinal);

    /// <summary>The value as it is written; empty where there is none. What a message sets has priority over what it merely says.</summary>
    public ReadOnlyMemory<byte> Find(AmplitudeMessage message)
    {
        if (_rest.Length == 0) return message.Field(_root);
        if (_path.Root != PropertyPath.UserProperties) return Within(message.Field(_root));
        return Within(message.Set) is { IsEmpty: false } set ? set : Within(message.UserProperties);
    }

    /// <summary>The same among properties that stand for themselves.</summary>
    public ReadOnlyMemory<byte> Within(ReadOnlyMemory<byte> properties) => Descend(properties, _rest);

    /// <summary>The rest may be one name with dots in it, which goes first; else it leads from object to object.</summary>
    private static ReadOnlyMemory<byte> Descend(ReadOnlyMemory<byte> json, ReadOnlySpan<byte> rest)
    {
        if (json.IsEmpty) return default;
        if (AmplitudeMessage.FieldOf(json, rest) is { IsEmpty: false } found) return found;
        var dot = rest.IndexOf((byte)'.');
        return dot < 0 ? default : Descend(AmplitudeMessage.FieldOf(json, rest[..dot]), rest[(dot + 1)..]);
    }
}
