using System.Runtime.InteropServices;

namespace IterableForwarder.Journal.Entries;

/// <summary>The fingerprints of an entry's members, sorted.</summary>
internal static class FingerprintBlock
{
    public static ReadOnlySpan<ulong> Of(ReadOnlySpan<byte> members) => MemoryMarshal.Cast<byte, ulong>(members);

    public static bool HoldsAny(ReadOnlySpan<byte> members, IReadOnlySet<ulong> fingerprints)
    {
        var block = Of(members);
        // a few are looked up in it, for many it is walked
        if (fingerprints.Count * 16 < block.Length)
        {
            foreach (var fingerprint in fingerprints)
            {
                if (block.BinarySearch(fingerprint) >= 0) return true;
            }
            return false;
        }
        foreach (var fingerprint in block)
        {
            if (fingerprints.Contains(fingerprint)) return true;
        }
        return false;
    }
}
