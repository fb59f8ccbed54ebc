using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress;

/// <summary>What a request comes to, as the flow offers it to the journal, and how it is answered.</summary>
/// <param name="Batches">Accepted together or not at all; empty where nothing is to be accepted.</param>
/// <param name="Response">The response in the protocol of the source; given what the journal said, or null where nothing was to be accepted.</param>
internal sealed record Offer(IReadOnlyList<NewBatch> Batches, Func<Acceptance?, IResult> Response)
{
    /// <summary>Keeps the request as a whole from being done twice; null for none.</summary>
    public IdempotencyKey? IdempotencyKey { get; init; }

    /// <summary>Keep the messages of the request from being done twice; null for none.</summary>
    public MessageDeduplication? Messages { get; init; }

    /// <summary>What is offered next where this was not accepted, as an id is known; null where the response says it all.</summary>
    public Func<Acceptance, Offer?>? Instead { get; init; }

    /// <summary>Messages that are answered for and not kept.</summary>
    public IgnoredMessages? Ignored { get; init; }

    /// <summary>What else is to be done once it is accepted, before the response; null for nothing.</summary>
    public Func<CancellationToken, Task>? AfterAsync { get; init; }

    /// <summary>Nothing is to be accepted: the response is known.</summary>
    public static Offer None(IResult response) => new([], _ => response);

    /// <summary>One that is accepted once by its id; another content under the id is kept as dropped, once.</summary>
    /// <param name="keys">Of the id; null where the request has none.</param>
    /// <param name="batchesOf">What it brings; with a reason, all of it dropped for that.</param>
    /// <param name="response">As for any other.</param>
    public static Offer OnceById(MessageIdKeys? keys, Func<string?, IReadOnlyList<NewBatch>> batchesOf, Func<Acceptance?, IResult> response) =>
        new(batchesOf(null), response)
        {
            IdempotencyKey = keys?.OfAccepted,
            Instead = acceptance => acceptance.Kind == AcceptanceKind.KeyReused
                ? new(batchesOf(Reasons.MessageIdReused), response) { IdempotencyKey = keys!.OfReused }
                : null,
        };
}

/// <summary>Messages that are answered for and not kept.</summary>
/// <param name="Source">Who sent them.</param>
/// <param name="Count">How many; 0 for none.</param>
internal readonly record struct IgnoredMessages(Source Source, int Count);
