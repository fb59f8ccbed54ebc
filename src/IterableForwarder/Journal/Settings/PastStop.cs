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

/// <summary>Whose pauses and holds are wanted.</summary>
/// <param name="Thing">Those of this project, connection or feed of a stream.</param>
/// <param name="HoldsOf">And the holds of this feed; null for none.</param>
internal sealed record StopFilter(Guid Thing, Guid? HoldsOf = null)
{
    public static StopFilter Of(ProjectId id) => new(id.Value);

    /// <summary>Holds of its project are not among them.</summary>
    public static StopFilter Of(FeedId id) => new(id.Value);

    /// <summary>Those of both feeds. A pause has a row for each feed: that of the events stands for both.</summary>
    public static StopFilter Of(EventStream stream) => new(stream.Id.Value, stream.UsersId.Value);
}
