using System.Runtime.InteropServices;

namespace IterableForwarder.Journal.MemberIndex;

/// <summary>The members of the newest entries, who are not enough for a segment yet.</summary>
/// <param name="readTo">The last entry before it.</param>
internal sealed class MemberTail(long readTo)
{
    /// <summary>16 bytes each: 4 MB, and 8 once an entry has gone past it.</summary>
    public const int Enough = 1 << 18;

    private readonly List<MemberPair> _pairs = [];

    /// <summary>The last entry in it.</summary>
    public long ReadTo { get; private set; } = readTo;

    public bool IsEnough => _pairs.Count >= Enough;

    public IReadOnlyCollection<MemberPair> Pairs => _pairs;

    /// <summary>The first entry that holds anybody; 0 where none does.</summary>
    public long FirstSeq => _pairs.Count > 0 ? _pairs[0].Seq : 0;

    /// <summary>False when the entry is too far from the first to be in one segment with it.</summary>
    public bool HasRoomFor(long seq) => _pairs.Count == 0 || seq - FirstSeq <= uint.MaxValue;

    /// <summary>They are in a segment now. Its memory is kept: grown anew for each segment it was most of what the service left to the collector.</summary>
    public void Clear() => _pairs.Clear();

    /// <param name="seq">The entry behind the last one.</param>
    /// <param name="members">The fingerprints in it.</param>
    /// <param name="source">That of its message's id; null where it has none.</param>
    public void Add(long seq, ReadOnlySpan<ulong> members, ulong? source)
    {
        if (source is { } id) _pairs.Add(new(id, seq));
        foreach (var member in members) _pairs.Add(new(member, seq));
        ReadTo = seq;
    }

    /// <summary>The entries that hold someone of these fingerprints, the newest first.</summary>
    public long[] Find(ulong[] fingerprints)
    {
        var found = new SortedSet<long>();
        foreach (ref readonly var pair in CollectionsMarshal.AsSpan(_pairs))
        {
            if (Array.IndexOf(fingerprints, pair.Fingerprint) >= 0) found.Add(pair.Seq);
        }
        return [.. found.Reverse()];
    }
}
