using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration.Keys;

/// <summary>A key as it is shown: never the key itself.</summary>
internal record KeyResponse
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required KeyKind Kind { get; init; }

    /// <summary>The projects it serves; empty for all.</summary>
    public required IReadOnlyList<string> ProjectIds { get; init; }

    /// <summary>The last four characters.</summary>
    public required string Hint { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public static KeyResponse Of(AccessKey key) => new()
    {
        Id = key.Id.ToString("N"),
        Name = key.Name,
        Kind = key.Kind,
        ProjectIds = [.. key.ProjectIds.Select(p => p.ToString())],
        Hint = key.Hint,
        CreatedAt = key.CreatedAt,
    };
}

/// <summary>A key just created, with the key itself: it is shown this once and kept as a hash only.</summary>
internal sealed record CreatedKeyResponse : KeyResponse
{
    /// <summary>Send it as <c>Authorization: Bearer</c> and the key.</summary>
    public required string Key { get; init; }

    public static CreatedKeyResponse Of(AccessKey created, string key)
    {
        var response = Of(created);
        return new()
        {
            Id = response.Id,
            Name = response.Name,
            Kind = response.Kind,
            ProjectIds = response.ProjectIds,
            Hint = response.Hint,
            CreatedAt = response.CreatedAt,
            Key = key,
        };
    }

    /// <summary>Never shows the key.</summary>
    public override string ToString() => $"{nameof(CreatedKeyResponse)} {Id}";
}
