using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Journal;

/// <summary>A kept change of the person looked for, and what became of it.</summary>
internal sealed record FoundChange
{
    public required ChangePlace Place { get; init; }

    public required FeedId FeedId { get; init; }

    public required BatchId BatchId { get; init; }

    /// <summary>The list it was accepted for, and whose name is owed where it was not known then.</summary>
    public required EntryRule Rule { get; init; }

    /// <summary>Its position in the batch.</summary>
    public required long Index { get; init; }

    public required Change Change { get; init; }

    public required Outcome Outcome { get; init; }

    /// <summary>A word of the contract, for one that was dropped or rejected.</summary>
    public string? Reason { get; init; }

    public string? Detail { get; init; }

    public required Source Source { get; init; }

    public string? SourceId { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>When the last change of its entry was settled; null until then.</summary>
    public DateTimeOffset? SettledAt { get; init; }
}
