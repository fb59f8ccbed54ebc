using IterableForwarder.Journal;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Delivery.Lists;

/// <summary>The lists of an Iterable project, by name and by id. Only the process that owns the project asks Iterable for them.</summary>
internal interface ILists
{
    /// <summary>
    /// The static list of a name, created if it is missing: one, however often it is asked for at once, and whatever becomes of the answer
    /// or of this process.
    /// </summary>
    /// <exception cref="StorageUnavailableException">The request cannot be stored; Iterable was not asked to create anything.</exception>
    Task<ResolvedList> ResolveAsync(Project project, string name, CancellationToken cancellationToken);

    /// <summary>The name of the list with this id; null where Iterable has none, or with the reason why it is not known.</summary>
    Task<(string? Name, ListError? Error)> FindAsync(Project project, long listId, CancellationToken cancellationToken);
}
