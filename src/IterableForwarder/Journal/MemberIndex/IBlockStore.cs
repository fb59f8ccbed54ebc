namespace IterableForwarder.Journal.MemberIndex;

/// <summary>The fingerprints of an entry's members, sorted, as 8 bytes each.</summary>
/// <param name="Seq">The entry.</param>
/// <param name="Members">Empty for an entry of an empty batch.</param>
/// <param name="SourceId">The source's id of the batch, at its first entry; null where there is none.</param>
internal sealed record EntryMembers(long Seq, byte[] Members, string? SourceId);

/// <summary>A segment of the index: the members of the entries from one to another, cut into pages.</summary>
internal readonly record struct MemberSegment(long Id, long FirstSeq);

/// <summary>A page of a segment.</summary>
internal readonly record struct SegmentPage(long Segment, int Bucket, byte[] Pairs);

/// <summary>
/// What an engine does for the index of members: it keeps segments, and hands out the members of entries. Every member throws
/// <see cref="StorageUnavailableException"/> when the store cannot be used.
/// </summary>
internal interface IBlockStore
{
    /// <summary>The last entry that is in a segment; 0 where none is.</summary>
    Task<long> ReadLastIndexedAsync(CancellationToken cancellationToken);

    /// <summary>The members of the entries behind <paramref name="after"/>, up to <paramref name="upTo"/>, the oldest first.</summary>
    IAsyncEnumerable<EntryMembers> WalkForwardAsync(long after, long upTo, CancellationToken cancellationToken);

    /// <summary>The same, the newest first.</summary>
    IAsyncEnumerable<EntryMembers> WalkBackwardAsync(long after, long upTo, CancellationToken cancellationToken);

    /// <summary>All segments, the newest first.</summary>
    Task<IReadOnlyList<MemberSegment>> ReadSegmentsAsync(CancellationToken cancellationToken);

    /// <summary>The pages of these buckets in these segments, as far as there are any.</summary>
    Task<IReadOnlyList<SegmentPage>> ReadPagesAsync(IReadOnlyList<long> segments, IReadOnlyList<int> buckets, CancellationToken cancellationToken);

    /// <summary>Adds a segment behind all others.</summary>
    /// <param name="firstSeq">Its first entry with a member.</param>
    /// <param name="lastSeq">The last entry that was read for it.</param>
    /// <param name="pages">By bucket; an empty one is not kept.</param>
    Task InsertSegmentAsync(long firstSeq, long lastSeq, byte[][] pages);

    /// <summary>The segments of which no entry is left.</summary>
    Task<IReadOnlyList<long>> ReadEmptySegmentsAsync(CancellationToken cancellationToken);

    /// <summary>Removes a segment a little at a time. One that is half removed is found empty again.</summary>
    Task RemoveSegmentAsync(long segment, CancellationToken cancellationToken);
}
