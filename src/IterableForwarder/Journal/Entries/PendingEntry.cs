using IterableForwarder.Changes;

namespace IterableForwarder.Journal.Entries;

/// <summary>An entry as delivery takes it up: all its changes, and which of them are settled already.</summary>
internal sealed class PendingEntry
{
    /// <summary>The order of acceptance; entries of one feed become visible in this order.</summary>
    public required long Seq { get; init; }

    public required ProjectId ProjectId { get; init; }

    public required FeedId FeedId { get; init; }

    /// <summary>The batch that it is, or is a chunk of.</summary>
    public required BatchId BatchId { get; init; }

    public required EntryRule Rule { get; init; }

    /// <summary>Set where it was moved to its list later: entries below this number may have changed the same members there before it.</summary>
    public long? MovedBefore { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The earliest time a change carries, in Unix milliseconds; null when none carries one.</summary>
    public required long? Earliest { get; init; }

    /// <summary>The latest time of a change, in Unix milliseconds, where one without counts as the time of receipt.</summary>
    public required long Latest { get; init; }

    public required int Count { get; init; }

    /// <summary>In the form of <see cref="ChangeCodec"/>; empty where they are <see cref="Unreadable"/>.</summary>
    public required ReadOnlyMemory<byte> Changes { get; init; }

    /// <summary>Why it cannot be read; null where it can.</summary>
    public string? Unreadable { get; init; }

    /// <summary>Whether it is unreadable because something other than the service has changed or removed what was written.</summary>
    public bool IsDamaged { get; init; }

    /// <summary>Of a replay, where each change comes from, in the form of <see cref="ChangeOrigins"/>; empty otherwise.</summary>
    public ReadOnlyMemory<byte> Origins { get; init; }

    /// <summary>What became of each change so far; null while all are pending.</summary>
    public required byte[]? Outcomes { get; init; }
}

/// <summary>How much to read in one go: reading ends with the entry that reaches either.</summary>
/// <param name="Changes">Changes, settled ones among them.</param>
/// <param name="Bytes">Bytes of changes.</param>
internal readonly record struct ReadLimit(int Changes, long Bytes)
{
    public bool IsReached => Changes <= 0 || Bytes <= 0;

    /// <summary>What is left of it after these.</summary>
    public ReadLimit Without(IReadOnlyList<PendingEntry> entries) => entries.Aggregate(this, (left, entry) => left.Without(entry));

    /// <summary>What is left of it after this one.</summary>
    public ReadLimit Without(PendingEntry entry) => new(Changes - entry.Count, Bytes - entry.Changes.Length);
}

/// <summary>A slice of a feed, or its beginning: all that is pending from the first entry to the last.</summary>
internal readonly record struct SliceBounds(long First, long Last);

/// <summary>What was read.</summary>
/// <param name="Entries">In order of acceptance.</param>
/// <param name="IsLimited">True when the limit ended it: there may be more.</param>
internal sealed record PendingEntries(IReadOnlyList<PendingEntry> Entries, bool IsLimited);

/// <summary>
/// What has become of the changes of one entry so far: the whole state and not what is new, so that writing it twice changes nothing.
/// </summary>
internal sealed record EntrySettlement
{
    public required long Seq { get; init; }

    public required FeedId FeedId { get; init; }

    public required ProjectId ProjectId { get; init; }

    public int Delivered { get; init; }

    public int Superseded { get; init; }

    public int Rejected { get; init; }

    /// <summary>A row for each change that has been rejected since the last settlement.</summary>
    public IReadOnlyList<Undelivered> NewlyRejected { get; init; } = [];

    /// <summary>What became of each change, as a byte each; null when all have the same outcome.</summary>
    public byte[]? Outcomes { get; init; }

    /// <summary>True when no change of the entry is pending any more.</summary>
    public bool Completed { get; init; }
}
