using IterableForwarder.Changes;

namespace IterableForwarder.Journal.Entries;

/// <summary>How a change was settled.</summary>
/// <param name="Reason">A word of the contract; empty for one that was delivered or superseded.</param>
internal readonly record struct Ending(Outcome Outcome, string Reason = "")
{
    /// <summary>All that there are.</summary>
    public static IReadOnlyList<Ending> All { get; } =
    [
        new(Outcome.Delivered),
        new(Outcome.Superseded),
        .. Reasons.OfDropped.Select(reason => new Ending(Outcome.Dropped, reason)),
        .. Reasons.OfRejected.Select(reason => new Ending(Outcome.Rejected, reason)),
    ];
}

/// <summary>So many changes settled alike.</summary>
internal readonly record struct CountedEnding(Ending Ending, long Count);

/// <summary>So many changes of a feed.</summary>
internal readonly record struct CountedChanges(FeedId Feed, long Count);

/// <summary>What one commit of outcomes adds to the books: those settled that were not before.</summary>
internal sealed record SettledChanges(IReadOnlyCollection<CountedChanges> Feeds, IReadOnlyCollection<CountedEnding> Endings);
