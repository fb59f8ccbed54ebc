using System.Buffers;
using System.Text.Json;
using Iterable.Client.Requests;
using IterableForwarder.Http;
using IterableForwarder.Http.Documentation;
using IterableForwarder.Journal.Entries;

namespace IterableForwarder.Ingress.Members;

/// <summary>Changes of an audience, in the order in which they happened.</summary>
/// <param name="Changes">The changes; the order counts.</param>
internal sealed record MembersRequest(IReadOnlyList<MemberChange> Changes);

/// <summary>One member who entered or left. In NDJSON, each line is one of these.</summary>
/// <param name="Action"><c>add</c> or <c>remove</c>.</param>
/// <param name="Email">The e-mail; trimmed and lower-cased on the way.</param>
/// <param name="CustomerId">The customer id; sent exactly.</param>
/// <param name="Mpid">mParticle's id, a text or a number; forwarded as it is.</param>
/// <param name="Attributes">Any object; what of it becomes data fields is set on the connection.</param>
/// <param name="OccurredAt">When it happened; a change older than one already accepted for the member does not undo it.</param>
internal sealed record MemberChange(
    [property: OneOf("add", "remove")] string Action,
    string? Email = null,
    [property: OrNumber] string? CustomerId = null,
    [property: OrNumber] string? Mpid = null,
    IReadOnlyDictionary<string, JsonElement>? Attributes = null,
    DateTimeOffset? OccurredAt = null);

/// <summary>The batch is on disk.</summary>
/// <param name="BatchId">Ask for its account at /api/v1/batches/{batchId}.</param>
/// <param name="Received">How many changes it brought.</param>
internal sealed record BatchAccepted(string BatchId, long Received)
{
    /// <summary>The response to a batch; the same for a repetition of it.</summary>
    public static IResult ResponseTo(Acceptance? acceptance) => acceptance!.Kind switch
    {
        AcceptanceKind.Accepted or AcceptanceKind.Repeated =>
            TypedResults.Accepted($"/api/v1/batches/{acceptance.BatchId}", new BatchAccepted(acceptance.BatchId.ToString()!, acceptance.Received)),
        AcceptanceKind.KeyReused =>
            TypedResults.Problem($"This {IdempotencyHeader.Header} was used for another body on this connection. Nothing was stored.", statusCode: StatusCodes.Status409Conflict),
        _ => throw new InvalidOperationException($"Unknown acceptance {acceptance.Kind}."),
    };
}

/// <summary>The result of a batch.</summary>
/// <param name="Requests">The requests to Iterable, in order.</param>
/// <param name="Dropped">Who would not be forwarded, and why.</param>
/// <param name="Superseded">How many changes a later one makes needless.</param>
internal sealed record Preview(IReadOnlyList<PreviewedRequest> Requests, IReadOnlyList<PreviewedDrop> Dropped, int Superseded);

/// <summary>A request that the service would send to Iterable.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path.</param>
/// <param name="Body">The body, exactly.</param>
internal sealed record PreviewedRequest(string Method, string Path, RawJson Body)
{
    public static PreviewedRequest Of(BulkRequest request)
    {
        var body = new ArrayBufferWriter<byte>();
        request.WriteBody(body);
        return new("POST", request.Path, new(body.WrittenSpan.ToArray()));
    }
}

/// <summary>A change that would be dropped.</summary>
/// <param name="Index">Its position in the body.</param>
/// <param name="Reason">Why.</param>
internal sealed record PreviewedDrop(int Index, [property: OneOf(Vocabulary.Reasons)] string Reason);
