using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Journal;

/// <summary>Which changes are wanted of those that were not delivered.</summary>
/// <param name="Feed">Of this feed.</param>
/// <param name="From">Of batches received then or later; null for all before <paramref name="To"/>.</param>
/// <param name="To">Of batches received before; null for all after <paramref name="From"/>.</param>
/// <param name="Outcomes">Dropped, rejected, or both.</param>
/// <param name="Reasons">Words of the contract; empty for all.</param>
internal sealed record UndeliveredFilter(
    FeedId Feed, DateTimeOffset? From, DateTimeOffset? To, IReadOnlyCollection<Outcome> Outcomes, IReadOnlyCollection<string> Reasons)
{
    public bool Accepts(Undelivered change) => Outcomes.Contains(change.Outcome) && (Reasons.Count == 0 || Reasons.Contains(change.Reason));
}

/// <summary>The changes of one entry that were not delivered, as far as they are wanted.</summary>
internal sealed record UndeliveredEntry
{
    public required BatchId BatchId { get; init; }

    public required Source Source { get; init; }

    public string? SourceId { get; init; }

    /// <summary>What it was accepted under.</summary>
    public required EntryRule Rule { get; init; }

    /// <summary>In order of position.</summary>
    public required IReadOnlyList<(Change Change, ChangeOrigin Origin, Undelivered Why)> Changes { get; init; }
}
