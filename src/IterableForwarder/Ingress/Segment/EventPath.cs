using System.Text;
using System.Text.Json;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress.Segment;

/// <summary>The way from an event down to a value, by name.</summary>
internal sealed class EventPath(string path)
{
    private readonly byte[][] _names = [.. path.Split('.').Select(Encoding.UTF8.GetBytes)];

    /// <summary>The text it leads to, or a number as it is written; empty where it leads nowhere.</summary>
    public ReadOnlyMemory<byte> Find(ReadOnlyMemory<byte> json, bool orNumber)
    {
        var reader = JsonValues.ReaderOf(json);
        foreach (var name in _names)
        {
            if (!JsonValues.IsObject(ref reader) || !Seek(ref reader, name)) return default;
        }
        return JsonValues.Text(ref reader, json, orNumber);
    }

    /// <summary>Of names that stand twice the last counts.</summary>
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

/// <summary>Where the identifiers of an audience's events stand.</summary>
internal sealed record EventIdentifiers(IReadOnlyList<EventPath> Email, IReadOnlyList<EventPath> UserId)
{
    public static EventIdentifiers Default { get; } = new(
        [new("traits.email"), new("properties.email"), new("context.traits.email")], [new("userId")]);

    public static EventIdentifiers Of(IdentifierPaths? paths) => paths is null
        ? Default
        : new(paths.Email?.Select(p => new EventPath(p)).ToArray() ?? Default.Email, paths.UserId?.Select(p => new EventPath(p)).ToArray() ?? Default.UserId);

    public ReadOnlyMemory<byte> FindEmail(ReadOnlyMemory<byte> json) => FirstOf(Email, json, orNumber: false);

    /// <summary>A number will do: ids of a customer's own database often are.</summary>
    public ReadOnlyMemory<byte> FindUserId(ReadOnlyMemory<byte> json) => FirstOf(UserId, json, orNumber: true);

    /// <summary>A blank value says nothing: the next path is asked.</summary>
    private static ReadOnlyMemory<byte> FirstOf(IReadOnlyList<EventPath> paths, ReadOnlyMemory<byte> json, bool orNumber)
    {
        foreach (var path in paths)
        {
            if (JsonValues.Present(path.Find(json, orNumber)) is { IsEmpty: false } found) return found;
        }
        return default;
    }
}
