using System.Runtime.InteropServices;

namespace IterableForwarder.Journal.Entries;

/// <summary>What an entry says of its changes, as it is stored: whose they are, where they are, under which rule, and when they count.</summary>
/// <param name="Project">Of the feed.</param>
/// <param name="Feed">The feed that accepted them.</param>
/// <param name="Batch">The batch that it is, or is a chunk of.</param>
/// <param name="Body">The number of the body that holds the changes.</param>
/// <param name="Rule">The number of the rule.</param>
/// <param name="ReceivedAt">In Unix milliseconds.</param>
/// <param name="Earliest">The earliest time that a change carries, in Unix milliseconds; <see cref="None"/> where none carries one.</param>
/// <param name="Latest">The latest time of a change, in Unix milliseconds.</param>
/// <param name="MovedBefore">Before which entry it was given to its list; <see cref="None"/> where it was accepted for it.</param>
/// <param name="Count">How many changes.</param>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal readonly record struct EntryHead(
    Guid Project, Guid Feed, Guid Batch, long Body, long Rule, long ReceivedAt, long Earliest, long Latest, long MovedBefore, long Count)
{
    /// <summary>Stands for no number: one that can be null has no fixed bytes.</summary>
    public const long None = long.MinValue;

    /// <summary>Stored with it: with another number, an entry would send the people of another body, or its own people to another list.</summary>
    public long Checksum => Entries.Checksum.Of(MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(in this, 1)));
}

/// <summary>The head of an entry with the checksum that was written with it.</summary>
/// <param name="Head">As it was read.</param>
/// <param name="Checksum">Null for an entry from before there were checksums of it, which is not checked.</param>
internal readonly record struct StoredHead(EntryHead Head, long? Checksum)
{
    /// <summary>Whether it is what was written.</summary>
    public bool IsWhole => Fits(Head);

    /// <summary>The number of changes: where that alone is damaged, as many as the body has.</summary>
    /// <param name="changes">Of its body.</param>
    public long CountBeside(StoredChanges changes) =>
        changes.FindCount() is { } count && Fits(Head with { Count = count }) ? count : Head.Count;

    private bool Fits(EntryHead head) => Checksum is null || Checksum == head.Checksum;
}
