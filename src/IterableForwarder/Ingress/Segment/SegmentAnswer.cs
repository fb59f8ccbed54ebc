using IterableForwarder.Changes;
using IterableForwarder.Http.Documentation;

namespace IterableForwarder.Ingress.Segment;

/// <summary>What became of the events of a request.</summary>
/// <param name="Accepted">They are on disk, now or since they came before, and will be delivered.</param>
/// <param name="Ignored">They are about no audience: they have no <c>context.personas.computation_key</c>, or a <c>computation_class</c> other than <c>audience</c> and <c>journey_step</c>.</param>
/// <param name="Refused">They are about an audience and cannot be delivered: kept, and shown as dropped. Or they are no events: not kept.</param>
internal sealed record SegmentAnswer(int Accepted, int Ignored, IReadOnlyList<RefusedEvent> Refused);

/// <summary>An event that cannot be delivered.</summary>
/// <param name="Index">Its position in the array; 0 for a single event.</param>
/// <param name="MessageId">Null where it has none.</param>
/// <param name="Reason">
/// <c>badMembership</c> (neither true nor false), <c>noIdentifier</c> (the project's type needs one that is missing), <c>messageIdReused</c>
/// (the id was accepted for another event within 24 hours) or <c>notAnEvent</c> (it has no <c>type</c>, or is not JSON; it is not kept).
/// </param>
internal sealed record RefusedEvent(
    int Index,
    string? MessageId,
    [property: OneOf(Reasons.BadMembership, Reasons.NoIdentifier, Reasons.MessageIdReused, RefusedEvent.NotAnEvent)] string Reason)
{
    public const string NotAnEvent = "notAnEvent";
}
