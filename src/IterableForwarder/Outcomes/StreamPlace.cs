using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Outcomes;

/// <summary>What an operator knows a connection as: a side of a stream is shown under the stream's id, with what it is about.</summary>
/// <param name="Connection">The connection, or the stream.</param>
/// <param name="Kind">A word of the contract.</param>
internal readonly record struct StreamPlace(FeedId Connection, string Kind)
{
    public static StreamPlace Of(IStreamDirectory streams, FeedId connection)
    {
        if (!streams.TryGetBySide(connection, out var stream)) return new(connection, "membership");
        return new(stream.Id, connection == stream.UsersId ? "user" : "event");
    }

    /// <summary>The users' side, beside the events' side that has the stream's own id; null for a connection.</summary>
    public static FeedId? OtherSideOf(IStreamDirectory streams, FeedId connection) => streams.TryGet(connection, out var stream) ? stream.UsersId : null;
}
