using IterableForwarder.Changes;

namespace IterableForwarder.Journal.Entries;

/// <summary>Finds the changes of an entry that were not delivered.</summary>
internal static class UndeliveredChanges
{
    /// <summary>Walks an entry's changes up to the last one wanted.</summary>
    /// <param name="changes">In the form of <see cref="ChangeCodec"/>.</param>
    /// <param name="wanted">By position.</param>
    public static IEnumerable<(Change Change, Undelivered Why)> In(ReadOnlyMemory<byte> changes, IEnumerable<Undelivered> wanted)
    {
        var (offset, position) = (0, -1);
        Change change = default;
        foreach (var why in wanted)
        {
            for (; position < why.Position; position++) change = ChangeCodec.Read(changes, ref offset);
            yield return (change, why);
        }
    }
}
