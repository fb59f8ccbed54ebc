using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Outcomes;

/// <summary>What an operator knows a feed as: one of a stream is shown under the stream's id, with what it is about.</summary>
/// <param name="Id">That of the connection, or of the stream.</param>
/// <param name="Kind">A word of the contract.</param>
internal readonly record struct FeedPlace(FeedId Id, string Kind)
{
    public static FeedPlace Of(IProjectDirectory directory, FeedId id)
    {
        if (!directory.TryGetFeed(id, out var feed) || feed is not StreamFeed { Stream: var stream }) return new(id, "membership");
        return new(stream.Id, feed.Kind == ChangeKind.User ? "user" : "event");
    }

    /// <summary>The users' feed, beside that of the events, which has the stream's own id; null for a connection.</summary>
    public static FeedId? UsersOf(IStreamDirectory streams, FeedId id) => streams.TryGet(id, out var stream) ? stream.UsersId : null;
}
