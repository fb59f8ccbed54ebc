using IterableForwarder.Http.Documentation;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration.Connections;

/// <summary>Keeps changes from being sent to one list, or all of them.</summary>
internal sealed record HoldAnswer
{
    /// <summary>The list; null where all that is pending is held, and for streams.</summary>
    public required long? ListId { get; init; }

    /// <summary>Of <c>internalError</c>, the batch that cannot be processed; discarding it ends the hold.</summary>
    public required string? BatchId { get; init; }

    [OneOf(Vocabulary.HoldReasons)]
    public required string Reason { get; init; }

    /// <summary>More about the reason: Iterable's words, which may name a member, or what to do.</summary>
    public required string? Detail { get; init; }

    public required DateTimeOffset Since { get; init; }

    /// <summary>Changes that it keeps waiting.</summary>
    public required long Pending { get; init; }

    public static HoldAnswer Of(FeedHold hold, long pending) => new()
    {
        ListId = hold.ListId,
        BatchId = hold.BatchId?.ToString(),
        Reason = hold.Stop.Reason,
        Detail = hold.Stop.Detail,
        Since = hold.Stop.Since,
        Pending = pending,
    };
}

/// <summary>Why pending changes do not go now.</summary>
/// <param name="Reason">
/// <c>hold</c>, <c>projectHold</c> or <c>pause</c>: it is stopped; <c>rateLimit</c>: Iterable has asked for a pause; <c>backOff</c>: a call failed;
/// <c>listCreation</c>: the list is looked for or created; <c>takeOver</c>: calls of the process before may still land; <c>queue</c>: its turn comes.
/// </param>
/// <param name="Until">When it is tried again; null where nobody knows.</param>
internal sealed record WaitAnswer([property: OneOf(Vocabulary.WaitReasons)] string Reason, DateTimeOffset? Until);
