using IterableForwarder.Ingress.Json;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress.Segment;

/// <summary>Where the identifiers are in an audience's events.</summary>
internal sealed record EventIdentifiers(IReadOnlyList<ValuePath> Email, IReadOnlyList<ValuePath> UserId)
{
    public static EventIdentifiers Default { get; } = new(
        [new("traits.email"), new("properties.email"), new("context.traits.email")], [new("userId")]);

    public static EventIdentifiers Of(IdentifierPaths? paths) => paths is null
        ? Default
        : new(paths.Email?.Select(p => new ValuePath(p)).ToArray() ?? Default.Email, paths.UserId?.Select(p => new ValuePath(p)).ToArray() ?? Default.UserId);

    public ReadOnlyMemory<byte> FindEmail(ReadOnlyMemory<byte> json) => FirstOf(Email, json, orNumber: false);

    /// <summary>A number will do: ids of a customer's own database often are.</summary>
    public ReadOnlyMemory<byte> FindUserId(ReadOnlyMemory<byte> json) => FirstOf(UserId, json, orNumber: true);

    /// <summary>A blank value says nothing: the next path is asked.</summary>
    private static ReadOnlyMemory<byte> FirstOf(IReadOnlyList<ValuePath> paths, ReadOnlyMemory<byte> json, bool orNumber)
    {
        foreach (var path in paths)
        {
            if (JsonValues.Present(path.Find(json, orNumber)) is { IsEmpty: false } found) return found;
        }
        return default;
    }
}
