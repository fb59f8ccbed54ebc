using IterableForwarder.Ingress.Members;

namespace IterableForwarder.Ingress.Amplitude.Streams;

/// <summary>What became of the messages of a request.</summary>
/// <param name="Accepted">They are on disk and will be delivered: as an event, as an update of a user, or both.</param>
/// <param name="Ignored">The stream does not want them: not selected, or nothing selected in them. Nothing of them is kept.</param>
/// <param name="Refused">What cannot be delivered; kept, and shown as dropped.</param>
internal sealed record IngestAnswer(int Accepted, int Ignored, IReadOnlyList<RefusedMessage> Refused);

/// <summary>A message that cannot be delivered, or a part of it.</summary>
/// <param name="Index">Its position in the array; 0 for a single message.</param>
/// <param name="InsertId">Its own id; null where it has none.</param>
/// <param name="Reason"><c>noIdentifier</c>, or <c>unsupportedAction</c> for an operation on a selected user property other than setting it.</param>
internal sealed record RefusedMessage(int Index, string? InsertId, string Reason);

/// <summary>What a sample event would become.</summary>
/// <param name="Passes">Whether it would be sent as an event.</param>
/// <param name="StoppedBy">The path in the stream's definition of what stops it; null where it passes.</param>
/// <param name="Requests">The requests that Iterable would get, for the event and for its user.</param>
internal sealed record StreamPreview(bool Passes, string? StoppedBy, IReadOnlyList<PreviewedRequest> Requests);
