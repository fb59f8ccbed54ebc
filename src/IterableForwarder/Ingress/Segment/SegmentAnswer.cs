namespace IterableForwarder.Ingress.Segment;

/// <summary>What became of the events of a request.</summary>
/// <param name="Accepted">They are on disk, now or since they came before, and will be delivered.</param>
/// <param name="Ignored">They are about no audience: they have no <c>context.personas.computation_key</c>.</param>
/// <param name="Refused">They are about an audience and cannot be delivered; they are kept, and show as dropped.</param>
internal sealed record SegmentAnswer(int Accepted, int Ignored, IReadOnlyList<RefusedEvent> Refused);

/// <summary>An event that cannot be delivered.</summary>
/// <param name="Index">Its position in the array; 0 for a single event.</param>
/// <param name="MessageId">Null where it has none.</param>
/// <param name="Reason"><c>badMembership</c> (neither true nor false) or <c>noIdentifier</c> (the project's type needs one that is missing).</param>
internal sealed record RefusedEvent(int Index, string? MessageId, string Reason);
