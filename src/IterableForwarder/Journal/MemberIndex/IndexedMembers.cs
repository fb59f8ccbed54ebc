using System.Runtime.CompilerServices;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Mapping;

namespace IterableForwarder.Journal.MemberIndex;

/// <summary>
/// The index of members, and of the ids of the messages they came in: segments in the store, behind them the tail in memory, and behind that
/// what nobody has read yet. One reads on and writes segments; any number search.
/// </summary>
internal sealed class IndexedMembers(IBlockStore store) : IJournalPart
{
    /// <summary>Segments looked into at once: the newest are mostly enough for a page.</summary>
    private const int SegmentsAtOnce = 32;

    private readonly Lock _gate = new();
    private MemberTail _tail = new(0);

    public async Task LoadAsync(CancellationToken cancellationToken) => _tail = new(await store.ReadLastIndexedAsync(cancellationToken));

    /// <summary>Reads on until there is enough for a segment. True when there is, false when all has been read.</summary>
    public async Task<bool> ReadOnAsync(CancellationToken cancellationToken)
    {
        if (_tail.IsEnough) return true;
        await foreach (var entry in store.WalkForwardAsync(_tail.ReadTo, long.MaxValue, cancellationToken))
        {
            if (!_tail.HasRoomFor(entry.Seq)) return true;
            lock (_gate) _tail.Add(entry.Seq, FingerprintBlock.Of(entry.Members), SourceOf(entry));
            if (_tail.IsEnough) return true;
        }
        return false;
    }

    /// <summary>Makes a segment of what has been read.</summary>
    public async Task WriteSegmentAsync()
    {
        var tail = _tail;
        if (tail.Pairs.Count == 0) return;
        // sorting so many keeps a thread busy for long, and the pool has few (Program.cs)
        var pages = await Task.Factory.StartNew(
            () => MemberPage.Cut(tail.Pairs, tail.FirstSeq), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await store.InsertSegmentAsync(tail.FirstSeq, tail.ReadTo, pages);
        // in between, both have it: who searches looks for an entry once
        lock (_gate) tail.Clear();
    }

    /// <summary>Removes the segments of which no entry is left.</summary>
    public async Task RemoveEmptyAsync(CancellationToken cancellationToken)
    {
        foreach (var segment in await store.ReadEmptySegmentsAsync(cancellationToken)) await store.RemoveSegmentAsync(segment, cancellationToken);
    }

    /// <summary>The entries that may hold someone of these fingerprints, the newest first. Some may be gone by now.</summary>
    /// <param name="fingerprints">Of the person.</param>
    /// <param name="upTo">No entry behind this one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async IAsyncEnumerable<long> FindAsync(ulong[] fingerprints, long upTo, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = long.MaxValue;
        await foreach (var seq in FindAllAsync(fingerprints, upTo, cancellationToken))
        {
            if (seq > upTo || seq >= last) continue;
            last = seq;
            yield return seq;
        }
    }

    /// <summary>Some are found twice: the tail is looked at before the segments, and goes into one of them at any moment.</summary>
    private async IAsyncEnumerable<long> FindAllAsync(ulong[] fingerprints, long upTo, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (tail, readTo) = Snapshot(fingerprints);
        await foreach (var entry in store.WalkBackwardAsync(readTo, upTo, cancellationToken))
        {
            if (IsAnyIn(entry, fingerprints)) yield return entry.Seq;
        }
        foreach (var seq in tail) yield return seq;
        var segments = await store.ReadSegmentsAsync(cancellationToken);
        foreach (var some in segments.Where(s => s.FirstSeq <= upTo).Chunk(SegmentsAtOnce))
        {
            var pages = await store.ReadPagesAsync([.. some.Select(s => s.Id)], [.. fingerprints.Select(MemberPage.BucketOf).Distinct()], cancellationToken);
            foreach (var seq in some.SelectMany(segment => InSegment(segment, pages, fingerprints))) yield return seq;
        }
    }

    /// <summary>What of the tail is wanted, and up to where it has been read, as of one moment.</summary>
    private (long[] InTail, long ReadTo) Snapshot(ulong[] fingerprints)
    {
        lock (_gate) return (_tail.Find(fingerprints), _tail.ReadTo);
    }

    private static bool IsAnyIn(EntryMembers entry, ulong[] fingerprints)
    {
        var members = FingerprintBlock.Of(entry.Members);
        var source = SourceOf(entry);
        foreach (var fingerprint in fingerprints)
        {
            if (fingerprint == source || members.BinarySearch(fingerprint) >= 0) return true;
        }
        return false;
    }

    private static ulong? SourceOf(EntryMembers entry) => entry.SourceId is { } id ? MemberFingerprint.OfSourceId(id) : null;

    private static IEnumerable<long> InSegment(MemberSegment segment, IReadOnlyList<SegmentPage> pages, ulong[] fingerprints)
    {
        var found = new SortedSet<long>();
        foreach (var page in pages.Where(p => p.Segment == segment.Id))
        {
            foreach (var fingerprint in fingerprints.Where(f => MemberPage.BucketOf(f) == page.Bucket))
                found.UnionWith(MemberPage.Find(page.Pairs, fingerprint, segment.FirstSeq));
        }
        return found.Reverse();
    }
}
