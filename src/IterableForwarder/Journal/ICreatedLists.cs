using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Journal;

/// <summary>Which list the service asked Iterable to create. The key is part of it: with another one it may be another project of Iterable's.</summary>
internal sealed record RequestedList(ProjectId Project, string ApiKey, string Name)
{
    public static RequestedList Of(Project project, string name) => new(project.Id, project.ApiKey, name);

    /// <summary>Never shows the key.</summary>
    public override string ToString() => $"{Project}/{Name}";
}

/// <summary>What became of a request for a list.</summary>
/// <param name="ListId">Null while no answer is known: it may have been created all the same.</param>
/// <param name="AskedAt">When Iterable was asked.</param>
internal sealed record CreatedList(long? ListId, DateTimeOffset AskedAt);

/// <summary>
/// The lists that the service has lately asked Iterable to create. A list is to be created once, also where the answer was lost or the
/// process died before it could keep it, and Iterable shows a new list only after a while: so the request is on disk before it is sent.
/// Every member throws <see cref="StorageUnavailableException"/> when the store cannot be used.
/// </summary>
internal interface ICreatedLists
{
    Task<CreatedList?> FindAsync(RequestedList list, CancellationToken cancellationToken);

    /// <summary>Iterable is about to be asked.</summary>
    Task AskAsync(RequestedList list, DateTimeOffset at);

    /// <summary>Iterable created it.</summary>
    Task CreatedAsync(RequestedList list, long listId);

    /// <summary>Iterable refused: it was not created.</summary>
    Task RefusedAsync(RequestedList list);
}
