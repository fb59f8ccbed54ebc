using Iterable.Client.Requests;
using Iterable.Client.Results;

namespace Iterable.Client;

/// <summary>Iterable's API as this library knows it. Safe for concurrent use; register it with AddIterableClient.</summary>
public sealed class IterableClient
{
    /// <summary>Sends a bulk request and classifies the answer. Throws only when cancelled.</summary>
    public Task<CallResult> SendAsync(IterableProject project, BulkRequest request, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    /// <summary>GET /api/lists; also serves as the check of a key.</summary>
    public Task<CallResult<IReadOnlyList<IterableList>>> GetListsAsync(IterableProject project, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    /// <summary>POST /api/lists: makes a static list and returns its id. Names are not unique.</summary>
    public Task<CallResult<long>> CreateListAsync(IterableProject project, string name, string? description, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    /// <summary>GET /api/lists/{id}/size; limited to 5 calls a minute by Iterable.</summary>
    public Task<CallResult<long>> GetListSizeAsync(IterableProject project, long listId, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}

/// <summary>A list as GET /api/lists shows it.</summary>
/// <param name="Id">The list's id.</param>
/// <param name="Name">Not unique.</param>
/// <param name="ListType">Standard, Dynamic, Suppression or Internal, as Iterable says it.</param>
/// <param name="CreatedAt">Milliseconds since 1970, or null where it did not come.</param>
public sealed record IterableList(long Id, string Name, string? ListType, long? CreatedAt);
