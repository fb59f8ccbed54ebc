using IterableForwarder.Changes;

namespace IterableForwarder.Journal.Entries;

/// <summary>Finds the changes of an entry that were not delivered.</summary>
internal static class UndeliveredChanges
{
    /// <summary>Walks an entry's changes up to the last one wanted. The change is null where it cannot be read.</summary>
    /// <param name="stored">The changes.</param>
    /// <param name="wanted">By position.</param>
    public static IEnumerable<(Change? Change, Undelivered Why)> In(StoredChanges stored, IEnumerable<Undelivered> wanted)
    {
        var (offset, position) = (0, -1);
        Change? change = default(Change);
        foreach (var why in wanted)
        {
            for (; position < why.Position && change is not null; position++) change = ReadOrNull(stored, ref offset);
            yield return (change, why);
        }
    }

    private static Change? ReadOrNull(StoredChanges stored, ref int offset)
    {
        try
        {
            return ChangeCodec.Read(stored.Read(), ref offset);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
