using IterableForwarder.Changes;

namespace IterableForwarder.Journal.Settings;

/// <summary>Keeps what a feed owes to one list from being sent, or all that it owes.</summary>
/// <param name="Stop">Why, and since when.</param>
/// <param name="ListId">The list; null for all that the feed owes.</param>
/// <param name="BatchId">The batch that cannot be processed; null where none is to blame.</param>
internal sealed record FeedHold(Stop Stop, long? ListId = null, BatchId? BatchId = null)
{
    /// <summary>Whether the hold stops what is owed to a list.</summary>
    /// <param name="listId">Null for a list that has only a name so far, and for a stream.</param>
    public bool Covers(long? listId) => ListId == listId || (ListId is null && Stop.Reason != Stop.ListNotFound);
}
