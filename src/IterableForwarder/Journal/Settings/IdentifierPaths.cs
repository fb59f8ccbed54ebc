namespace IterableForwarder.Journal.Settings;

/// <summary>
/// Where a source's message has the identifiers of a member: of several paths the first that says something counts. Names
/// behind dots, from the message down. Only sources that read it follow it.
/// </summary>
/// <param name="Email">Null for the source's own choice; empty where no e-mail is to be read.</param>
/// <param name="UserId">Null for the source's own choice; empty where no user id is to be read.</param>
internal sealed record IdentifierPaths(IReadOnlyList<string>? Email, IReadOnlyList<string>? UserId);
