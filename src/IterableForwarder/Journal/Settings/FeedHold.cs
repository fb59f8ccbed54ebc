using System.Text.Json.Serialization;
using IterableForwarder.Changes;

namespace IterableForwarder.Journal.Settings;

/// <summary>Keeps the changes of a feed for one list from being sent, or all its changes.</summary>
/// <param name="Cause">Why, and since when. Documents store it under its former name.</param>
/// <param name="ListId">The list; null for all lists.</param>
/// <param name="BatchId">The batch that cannot be processed; null where none is to blame.</param>
internal sealed record FeedHold([property: JsonPropertyName("stop")] HoldCause Cause, long? ListId = null, BatchId? BatchId = null)
{
    /// <summary>Whether the hold stops changes for a list.</summary>
    /// <param name="listId">Null for a list that has only a name so far, and for a stream.</param>
    public bool Covers(long? listId) => ListId == listId || (ListId is null && Cause.Reason != HoldCause.ListNotFound);
}
