using IterableForwarder.Changes;

namespace IterableForwarder.Journal.Entries;

/// <summary>The changes of an entry as the store has them.</summary>
/// <param name="Changes">In the form of <see cref="ChangeCodec"/>; empty where they are unreadable.</param>
/// <param name="Unreadable">Why they cannot be read; null where they can.</param>
internal readonly record struct StoredChanges(ReadOnlyMemory<byte> Changes, string? Unreadable)
{
    /// <exception cref="InvalidDataException">They cannot be read.</exception>
    public ReadOnlyMemory<byte> Read() => Unreadable is { } why ? throw new InvalidDataException(why) : Changes;

    /// <param name="stored">Null where the store has lost them.</param>
    /// <param name="form">The form they were written in.</param>
    public static StoredChanges Of(byte[]? stored, int form)
    {
        if (stored is null) return new(default, "The changes are missing from the database.");
        try
        {
            return new(ChangeCodec.Upgrade(stored, form), null);
        }
        catch (InvalidDataException e)
        {
            return new(default, e.Message);
        }
    }
}
