using System.Runtime.InteropServices;
using IterableForwarder.Journal.Entries;

namespace IterableForwarder.Journal.MemberIndex;

/// <summary>A member of an entry: what the index is made of.</summary>
internal readonly record struct MemberPair(ulong Fingerprint, long Seq);

/// <summary>
/// How pairs are stored in the pages of a segment. A page holds those whose fingerprints begin alike, each as 8 bytes: the bits of the
/// fingerprint that follow, and the entry's distance from the segment's first.
/// </summary>
/// <remarks>
/// 2^18 pairs in 512 pages are 512 a page, 4 KB: with what is beside them that fills one page of the file and a part of another,
/// at 9 bytes a pair; twice as many pages would leave half of the room empty. A search reads one page of each segment, 382 of
/// them for a hundred million pairs. 41 bits of each fingerprint are compared, so that one search in twenty thousand would look into an
/// entry for nothing.
/// </remarks>
internal static class MemberPage
{
    public const int Buckets = 1 << BucketBits;

    private const int BucketBits = 9;
    private const int HashBits = 32;

    public static int BucketOf(ulong fingerprint) => (int)(fingerprint >> (64 - BucketBits));

    /// <summary>The pages of a segment, by bucket; empty where nobody's fingerprint begins so.</summary>
    public static byte[][] Cut(IReadOnlyCollection<MemberPair> pairs, long firstSeq)
    {
        var buckets = new List<ulong>[Buckets];
        foreach (var (fingerprint, seq) in pairs)
            (buckets[BucketOf(fingerprint)] ??= new(1024)).Add(HashOf(fingerprint) << 32 | checked((uint)(seq - firstSeq)));
        return Array.ConvertAll(buckets, bucket => bucket is null ? [] : ToPage(bucket));
    }

    /// <summary>The numbers of the entries that hold someone of this fingerprint, ascending; those who share its first bits among them.</summary>
    public static IEnumerable<long> Find(byte[] page, ulong fingerprint, long firstSeq)
    {
        var hash = HashOf(fingerprint);
        for (var i = FirstOf(page, hash << 32); i < page.Length / sizeof(ulong); i++)
        {
            var pair = At(page, i);
            if (pair >> 32 != hash) yield break;
            yield return firstSeq + (uint)pair;
        }
    }

    private static ulong HashOf(ulong fingerprint) => fingerprint << BucketBits >> (64 - HashBits);

    private static byte[] ToPage(List<ulong> pairs)
    {
        var span = CollectionsMarshal.AsSpan(pairs);
        FingerprintSort.Sort(span);
        // who is in an entry twice is found in it once
        var length = 0;
        foreach (var pair in span)
        {
            if (length == 0 || span[length - 1] != pair) span[length++] = pair;
        }
        return MemoryMarshal.AsBytes(span[..length]).ToArray();
    }

    private static int FirstOf(byte[] page, ulong wanted)
    {
        var place = MemoryMarshal.Cast<byte, ulong>(page).BinarySearch(wanted);
        return place < 0 ? ~place : place;
    }

    private static ulong At(byte[] page, int index) => MemoryMarshal.Cast<byte, ulong>(page)[index];
}
