using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Journal;

/// <summary>Which list the service asked Iterable to make. The key is part of it: with another one it may be another project of Iterable's.</summary>
internal sealed record ListWish(ProjectId Project, string ApiKey, string Name)
{
    public static ListWish Of(Project project, string name) => new(project.Id, project.ApiKey, name);

    /// <summary>Never shows the key.</summary>
    public override string ToString() => $"{Project}/{Name}";
}

/// <summary>What became of a wish.</summary>
/// <param name="ListId">Null while no answer is known: it may have been made all the same.</param>
/// <param name="AskedAt">When Iterable was asked.</param>
internal sealed record MadeList(long? ListId, DateTimeOffset AskedAt);

/// <summary>
/// The lists that the service has lately asked Iterable to make. A list is to be made once, also where the answer was lost or the
/// process died before it could keep it, and Iterable shows a new list only after a while: so the wish is on disk before it is sent.
/// Every member throws <see cref="StorageUnavailableException"/> when the store cannot be used.
/// </summary>
internal interface IMadeLists
{
    Task<MadeList?> FindAsync(ListWish wish, CancellationToken cancellationToken);

    /// <summary>Iterable is about to be asked.</summary>
    Task AskAsync(ListWish wish, DateTimeOffset at);

    /// <summary>Iterable made it.</summary>
    Task MadeAsync(ListWish wish, long listId);

    /// <summary>Iterable refused: it was not made.</summary>
    Task RefusedAsync(ListWish wish);
}
