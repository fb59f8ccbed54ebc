using IterableForwarder.Changes;

namespace IterableForwarder.Journal.Entries;

/// <summary>Changes for one entry: sealed, so that all which can be said of them at acceptance is known.</summary>
internal sealed record Chunk
{
    /// <summary>At most this many changes are in one entry.</summary>
    public const int MaxChanges = 10_000;

    /// <summary>An entry is closed once it holds this many bytes, so that no row grows without end.</summary>
    public const int MaxBytes = 4 << 20;

    public required int Count { get; init; }

    /// <summary>In the form of <see cref="ChangeCodec"/>; empty once the chunk has been staged.</summary>
    public required ReadOnlyMemory<byte> Changes { get; init; }

    /// <summary>Sorted 64-bit fingerprints of every identifier in it; empty once the chunk has been staged.</summary>
    public required ReadOnlyMemory<byte> Members { get; init; }

    /// <summary>Of a replay, where each change comes from, in the form of <see cref="ChangeOrigins"/>; empty otherwise, and once the chunk has been staged.</summary>
    public ReadOnlyMemory<byte> Origins { get; init; }

    /// <summary>The earliest time that a change carries, in Unix milliseconds; null when none carries one.</summary>
    public required long? Earliest { get; init; }

    /// <summary>The latest time of a change, where one without counts as the time of receipt.</summary>
    public required long Latest { get; init; }

    /// <summary>Those that our rules do not forward.</summary>
    public required DroppedChanges Dropped { get; init; }

    /// <summary>Bytes of the store that those take; 0 where there are none.</summary>
    public long DroppedBytes { get; init; }

    /// <summary>Those to be sent to Iterable once the chunk is accepted.</summary>
    public int Pending => Count - Dropped.Count;

    /// <summary>A byte for each change: dropped, or pending.</summary>
    public byte[] InitialOutcomes()
    {
        var outcomes = new byte[Count];
        Dropped.Mark(outcomes);
        return outcomes;
    }

    /// <summary>Where its body already is, for a chunk that was stored while the request was still being read.</summary>
    public long? StagedAs { get; init; }
}

/// <summary>One change that was not delivered, and why.</summary>
/// <param name="Position">Its position in the entry.</param>
/// <param name="Outcome">Dropped or rejected.</param>
/// <param name="Reason">A word of the contract.</param>
/// <param name="Detail">Iterable's words, or what a source asked for; may be null.</param>
internal sealed record Undelivered(int Position, Outcome Outcome, string Reason, string? Detail);
