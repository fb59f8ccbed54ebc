using IterableForwarder.Changes;

namespace IterableForwarder.Journal.Entries;

/// <summary>The changes of an entry as the store has them.</summary>
/// <param name="Changes">In the form of <see cref="ChangeCodec"/>; empty where they are unreadable.</param>
/// <param name="Unreadable">Why they, or what decides about them, cannot be read; null where all of it can.</param>
/// <param name="IsDamaged">Whether that is because something other than the service has changed or removed what was written.</param>
internal readonly record struct StoredChanges(ReadOnlyMemory<byte> Changes, string? Unreadable, bool IsDamaged = false)
{
    /// <exception cref="InvalidDataException">They cannot be read.</exception>
    public ReadOnlyMemory<byte> Read() => Unreadable is { } why ? throw new InvalidDataException(why) : Changes;

    /// <param name="stored">Null where the store has lost them.</param>
    /// <param name="form">The form they were written in.</param>
    /// <param name="checksum">Written with them; null for those from before there were checksums.</param>
    public static StoredChanges Of(byte[]? stored, int form, long? checksum)
    {
        if (stored is null) return Damaged("The changes are missing from the database.");
        if (!Checksum.Fits(stored, checksum, form)) return Damaged("The changes do not fit their checksum.");
        try
        {
            return new(ChangeCodec.Upgrade(stored, form), null);
        }
        catch (InvalidDataException e)
        {
            return new(default, e.Message);
        }
    }

    /// <summary>The same, unless this is damaged, which decides about them.</summary>
    /// <param name="name">For the message, as in "origins".</param>
    /// <param name="data">Null where there is none.</param>
    /// <param name="checksum">Written with it.</param>
    public StoredChanges With(string name, byte[]? data, long? checksum) =>
        Unreadable is not null || data is null || Checksum.Fits(data, checksum) ? this : Damaged($"The {name} do not fit their checksum.");

    /// <summary>The same, unless the entry that leads to them is damaged.</summary>
    public StoredChanges With(StoredHead head) =>
        Unreadable is not null || head.IsWhole ? this : Damaged("The entry does not fit its checksum.");

    /// <summary>The same, unless their rule cannot be read.</summary>
    public StoredChanges With(StoredRule rule) => Unreadable is null && rule.Unreadable is { } why ? new(default, why, rule.IsDamaged) : this;

    /// <summary>How many they are; null where they cannot be read.</summary>
    public long? FindCount()
    {
        if (Unreadable is not null) return null;
        try
        {
            var count = 0L;
            for (var offset = 0; offset < Changes.Length; count++) ChangeCodec.Read(Changes, ref offset);
            return count;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static StoredChanges Damaged(string why) => new(default, why, IsDamaged: true);
}
