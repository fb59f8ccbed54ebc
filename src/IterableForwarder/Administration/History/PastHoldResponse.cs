using IterableForwarder.Http.Documentation;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration.History;

/// <summary>A pause or a hold, with who, when and why.</summary>
internal sealed record PastHoldResponse
{
    /// <summary><c>pause</c> by an operator, or <c>hold</c> by the service for what Iterable answers.</summary>
    public required HoldKind Kind { get; init; }

    /// <summary>Such as <c>pause</c>, <c>listNotFound</c> or <c>credentialsRejected</c>.</summary>
    [OneOf(Vocabulary.HoldReasons)]
    public required string Reason { get; init; }

    /// <summary>The list that was held; null where the whole was stopped.</summary>
    public required long? ListId { get; init; }

    /// <summary>More about the reason: the operator's words or Iterable's, which may name a member.</summary>
    public required string? Detail { get; init; }

    /// <summary><c>service</c>, or the name of the key that asked for it.</summary>
    public required string By { get; init; }

    public required DateTimeOffset Since { get; init; }

    /// <summary>Null while it lasts.</summary>
    public required DateTimeOffset? EndedAt { get; init; }

    /// <summary><c>service</c>, or the name of the key that resumed it or set what made it flow.</summary>
    public required string? EndedBy { get; init; }

    /// <summary>Why an operator ended it, in the operator's words.</summary>
    public required string? EndReason { get; init; }

    public static PastHoldResponse Of(PastHold past) => new()
    {
        Kind = past.Kind,
        Reason = past.Cause.Reason,
        ListId = past.ListId,
        Detail = past.Cause.Detail,
        By = past.Cause.By,
        Since = past.Cause.Since,
        EndedAt = past.EndedAt,
        EndedBy = past.EndedBy,
        EndReason = past.EndReason,
    };
}
