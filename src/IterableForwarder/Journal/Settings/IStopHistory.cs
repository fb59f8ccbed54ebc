using IterableForwarder.Changes;

namespace IterableForwarder.Journal.Settings;

/// <summary>How something was stopped.</summary>
internal enum StopKind
{
    /// <summary>By an operator.</summary>
    Pause,

    /// <summary>By the service, for what Iterable answers.</summary>
    Hold,
}

/// <summary>A pause or a hold, also one that is over.</summary>
/// <param name="Number">Rises with each that begins.</param>
/// <param name="EndedAt">Null while it lasts.</param>
/// <param name="EndedBy"><c>service</c>, or the name of the key that ended it.</param>
/// <param name="EndReason">Why an operator ended it, in the operator's words.</param>
/// <param name="ListId">The list that was held; null for a stop of the whole.</param>
internal sealed record PastStop(long Number, StopKind Kind, Stop Stop, DateTimeOffset? EndedAt, string? EndedBy, string? EndReason, long? ListId);

/// <summary>
/// The pauses and holds there were, the newest first. The directory writes them with whatever changes a project or connection, so that
/// none is forgotten. Details may speak of a member: they are for operators. Reads throw <see cref="StorageUnavailableException"/>.
/// </summary>
internal interface IStopHistory
{
    /// <param name="id">The project.</param>
    /// <param name="before">Those with a lower number only.</param>
    /// <param name="limit">At most so many.</param>
    IReadOnlyList<PastStop> Read(ProjectId id, long before, int limit);

    /// <param name="id">The connection; holds of its project are not among them.</param>
    /// <param name="before">Those with a lower number only.</param>
    /// <param name="limit">At most so many.</param>
    IReadOnlyList<PastStop> Read(ConnectionId id, long before, int limit);

    /// <summary>Those of both sides. A pause stops both sides and is listed once.</summary>
    /// <param name="stream">The stream; holds of its project are not among them.</param>
    /// <param name="before">Those with a lower number only.</param>
    /// <param name="limit">At most so many.</param>
    IReadOnlyList<PastStop> Read(EventStream stream, long before, int limit);
}
