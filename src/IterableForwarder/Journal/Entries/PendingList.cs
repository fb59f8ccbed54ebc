using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Journal.Entries;

/// <summary>Which of a feed's pending entries are meant: those for one list.</summary>
/// <param name="ListId">The list; null for entries that go to no list, such as events.</param>
/// <param name="WithNamed">Whether the entries count too that were accepted when only the name of their list was known, and those whose rule is damaged.</param>
internal readonly record struct PendingList(long? ListId, bool WithNamed)
{
    /// <summary>The pending changes of a feed for a list, by its present settings.</summary>
    public static PendingList Of(IFeed feed, long? listId) => new(listId, (feed as Connection)?.ListOfName == listId);
}

/// <summary>The pending changes of a feed for one list.</summary>
/// <param name="ListId">Null for entries that go to no list, and for those accepted when only the name of their list was known.</param>
/// <param name="IsNamed">Whether only the name was known, or the rule is damaged.</param>
/// <param name="Changes">Pending changes.</param>
internal readonly record struct PendingOfList(long? ListId, bool IsNamed, long Changes)
{
    /// <summary>The list that it goes to by the feed's present settings; null for a stream, and while it is not known.</summary>
    public long? TargetOf(IFeed feed) => IsNamed ? (feed as Connection)?.ListOfName : ListId;
}

/// <summary>Pending changes that an operator, or the service for a list that was created again, gives to another list.</summary>
/// <param name="From">Whose changes move.</param>
/// <param name="ToListId">Where they go.</param>
internal sealed record PendingMove(PendingList From, long ToListId)
{
    /// <summary>Only entries behind this one: of those that a step has looked at, some cannot be moved, and stay.</summary>
    public long After { get; init; }
}

/// <summary>Pending changes that an operator gives up: they are kept as dropped, with the reason <c>discarded</c>.</summary>
/// <param name="BatchId">Those of one batch; null for any.</param>
/// <param name="List">Those for one list; null for any.</param>
/// <param name="Detail">The operator's words; null where there are none.</param>
internal sealed record PendingDiscard(Changes.BatchId? BatchId, PendingList? List, string? Detail);

/// <summary>What one step of a move or a discard did. A step is one commit of bounded length.</summary>
/// <param name="Changes">Changes moved or discarded.</param>
/// <param name="IsLast">False when there is more to do.</param>
internal readonly record struct PendingStep(long Changes, bool IsLast)
{
    /// <summary>The last entry that a step of a move has looked at: the next one goes on behind it.</summary>
    public long After { get; init; }
}
