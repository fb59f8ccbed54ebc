using IterableForwarder.Changes;

namespace IterableForwarder.Journal.Entries;

/// <summary>The outcomes of the changes of an entry, made to agree with its counters where they are damaged.</summary>
internal static class CountedOutcomes
{
    /// <summary>
    /// What is stored, where just as many changes are pending as the counters say. Else as many are made pending, or delivered, in order of
    /// position: which of them it was is not known to anybody, and the account has to add up.
    /// </summary>
    /// <param name="stored">A byte for each change; null while all are pending.</param>
    /// <param name="count">Changes in the entry.</param>
    /// <param name="pending">How many of them are pending.</param>
    public static byte[] Of(byte[]? stored, int count, long pending)
    {
        if (stored is null) return new byte[count];
        if (stored.Length == count && stored.AsSpan().Count((byte)Outcome.Pending) == pending) return stored;
        var outcomes = new byte[count];
        for (var position = 0; position < Math.Min(count, stored.Length); position++)
        {
            if (Enum.IsDefined((Outcome)stored[position])) outcomes[position] = stored[position];
        }
        var missing = pending - outcomes.AsSpan().Count((byte)Outcome.Pending);
        for (var position = 0; position < count && missing != 0; position++)
        {
            if (missing > 0 && outcomes[position] is (byte)Outcome.Delivered or (byte)Outcome.Superseded)
                (outcomes[position], missing) = ((byte)Outcome.Pending, missing - 1);
            else if (missing < 0 && outcomes[position] == (byte)Outcome.Pending)
                (outcomes[position], missing) = ((byte)Outcome.Delivered, missing + 1);
        }
        return outcomes;
    }
}
