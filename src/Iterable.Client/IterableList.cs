namespace Iterable.Client;

/// <summary>A list as GET /api/lists shows it.</summary>
/// <param name="Id">The list's id.</param>
/// <param name="Name">Not unique.</param>
/// <param name="ListType">Standard, Dynamic, Suppression or Internal, as Iterable says it.</param>
/// <param name="CreatedAt">Milliseconds since 1970, or null where it did not come.</param>
public sealed record IterableList(long Id, string Name, string? ListType, long? CreatedAt);
