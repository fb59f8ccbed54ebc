using System.Runtime.InteropServices;

namespace IterableForwarder.Journal.Entries;

/// <summary>What an entry says of its changes, as it is stored: whose they are, where they are, and under which rule.</summary>
/// <param name="Feed">The feed that accepted them.</param>
/// <param name="Batch">The batch that it is, or is a chunk of.</param>
/// <param name="Body">The number of the body that holds the changes.</param>
/// <param name="Rule">The number of the rule.</param>
/// <param name="ReceivedAt">In Unix milliseconds.</param>
/// <param name="Latest">The latest time of a change, in Unix milliseconds.</param>
/// <param name="Count">How many changes.</param>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal readonly record struct EntryHead(Guid Feed, Guid Batch, long Body, long Rule, long ReceivedAt, long Latest, long Count)
{
    /// <summary>Stored with it: with another number, an entry would send the people of another body, or its own people to another list.</summary>
    public long Checksum => Entries.Checksum.Of(MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(in this, 1)));

    /// <param name="checksum">Written with it; null for an entry from before there were checksums of it, which is not checked.</param>
    public bool Fits(long? checksum) => checksum is null || checksum == Checksum;
}
