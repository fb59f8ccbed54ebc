using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Journal;

/// <summary>An entry with all that is kept of it, for who looks for a person in it.</summary>
internal sealed record KeptEntry
{
    public required long Seq { get; init; }

    public required FeedId FeedId { get; init; }

    public required BatchId BatchId { get; init; }

    /// <summary>Where the entry begins in its batch.</summary>
    public required long FirstIndex { get; init; }

    public required Source Source { get; init; }

    public string? SourceId { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>When the last of its changes was settled; null while any is pending.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    public required long Received { get; init; }

    public required long Delivered { get; init; }

    public required long Superseded { get; init; }

    public required long Dropped { get; init; }

    /// <summary>A byte for each change; null while all are alike.</summary>
    public byte[]? Outcomes { get; init; }

    public required EntryRule Rule { get; init; }

    public required StoredChanges Stored { get; init; }

    /// <summary>Where all of an entry came to the same, the counters say to what.</summary>
    public Outcome OutcomeOf(int position)
    {
        if (Outcomes is not null) return (Outcome)Outcomes[position];
        if (CompletedAt is null) return Outcome.Pending;
        if (Delivered == Received) return Outcome.Delivered;
        if (Superseded == Received) return Outcome.Superseded;
        return Dropped == Received ? Outcome.Dropped : Outcome.Rejected;
    }
}
