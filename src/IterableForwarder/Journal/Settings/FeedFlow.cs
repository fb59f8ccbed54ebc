namespace IterableForwarder.Journal.Settings;

/// <summary>What keeps the changes of a feed from being sent, and what an operator is told of its calls. Every change of it is made here.</summary>
internal sealed record FeedFlow
{
    /// <summary>Nothing stops it, and there is nothing to tell.</summary>
    public static FeedFlow Free { get; } = new();

    /// <summary>Set while an operator has paused the feed.</summary>
    public Stop? Pause { get; init; }

    /// <summary>What the service holds of it: at most one hold for each list, and one for all of it.</summary>
    public IReadOnlyList<FeedHold> Holds { get; init; } = [];

    /// <summary>An answer of Iterable whose counts add up to less than was sent, in a sentence for the operator; null where there was none.</summary>
    public string? CountsShort { get; init; }

    /// <summary>The hold that stops what is owed to a list; null for none.</summary>
    /// <param name="listId">Null for a list that has only a name so far, and for a stream.</param>
    public FeedHold? HoldFor(long? listId) => Holds.FirstOrDefault(hold => hold.Covers(listId));

    /// <summary>The hold that belongs to just this list, or with null to the whole; null for none.</summary>
    public FeedHold? HoldOnlyOf(long? listId) => Holds.FirstOrDefault(hold => hold.ListId == listId);

    /// <summary>With a hold, unless one covers the same list already.</summary>
    public FeedFlow WithHold(FeedHold hold) => HoldFor(hold.ListId) is null ? this with { Holds = [.. Holds, hold] } : this;

    /// <summary>Without the hold that stops what is owed to a list.</summary>
    public FeedFlow WithoutHold(long? listId) => WithHoldsWhere(hold => !hold.Covers(listId));

    /// <summary>With those holds alone that are still needed.</summary>
    public FeedFlow WithHoldsWhere(Func<FeedHold, bool> isNeeded) => Holds.All(isNeeded) ? this : this with { Holds = [.. Holds.Where(isNeeded)] };

    /// <summary>Paused by an operator. One that is paused already keeps its beginning.</summary>
    /// <param name="detail">The operator's words; null where there are none.</param>
    /// <param name="by">The name of the operator's key.</param>
    /// <param name="now">When it is paused.</param>
    public FeedFlow Paused(string? detail, string by, DateTimeOffset now) => this with { Pause = new Stop(Stop.Paused, detail, by, Pause?.Since ?? now) };

    /// <summary>With all ended that an operator's resume ends.</summary>
    public FeedFlow Resumed() => this is { Pause: null, Holds: [], CountsShort: null } ? this : Free;
}
