namespace IterableForwarder.Journal.Settings;

/// <summary>
/// Where in the source's message the identifiers are, as names behind dots such as <c>context.traits.email</c>: of several paths the first
/// that says something counts. Null for the source's own choice, an empty list for none.
/// </summary>
internal sealed record IdentifierPaths
{
    /// <summary>Paths to the e-mail; <c>traits.email</c>, <c>properties.email</c>, <c>context.traits.email</c> by default.</summary>
    public IReadOnlyList<string>? Email { get; init; }

    /// <summary>Paths to the user id; <c>userId</c> by default.</summary>
    public IReadOnlyList<string>? UserId { get; init; }
}
