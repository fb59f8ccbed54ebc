using IterableForwarder.Journal.Entries;

namespace IterableForwarder.Ingress.Amplitude;

/// <summary>The users are on disk.</summary>
/// <param name="BatchId">Ask for its account at /api/v1/batches/{batchId}.</param>
/// <param name="Received">How many users it brought.</param>
internal sealed record CohortAccepted(string? BatchId, long Received)
{
    /// <summary>The response; the same for a message that was accepted before.</summary>
    public static IResult ResponseTo(Acceptance? acceptance) =>
        TypedResults.Ok(new CohortAccepted(acceptance!.BatchId?.ToString(), acceptance.Received));
}
