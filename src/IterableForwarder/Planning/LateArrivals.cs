namespace IterableForwarder.Planning;

/// <summary>
/// Finds the changes that arrived late: those that carry a time which is earlier than that of a change of the same member accepted
/// before them. They must not undo it. Pure.
/// </summary>
internal static class LateArrivals
{
    /// <summary>The fingerprints of every member in the entry whose change carries a time: only these can be late.</summary>
    public static IReadOnlySet<ulong> FingerprintsOf(TimedChanges entry) =>
        entry.All().Where(c => c.IsTimed).SelectMany(c => Identifier.Of(c.Member)).Select(i => i.Fingerprint).ToHashSet();

    /// <summary>The positions in <paramref name="entry"/> that are late.</summary>
    /// <param name="entry">The entry in question.</param>
    /// <param name="fingerprints">Of its members, by <see cref="FingerprintsOf"/>.</param>
    /// <param name="earlier">The entries accepted before it that may know its members, in order.</param>
    public static IReadOnlySet<int> Find(TimedChanges entry, IReadOnlySet<ulong> fingerprints, IEnumerable<TimedChanges> earlier)
    {
        var latest = new Dictionary<Identifier, long>();
        foreach (var change in earlier.SelectMany(e => e.All())) Note(latest, fingerprints, change);

        var late = new HashSet<int>();
        var position = 0;
        foreach (var change in entry.All())
        {
            if (change.IsTimed && IsLate(latest, change)) late.Add(position);
            // a late one too, as in an earlier entry: where one entry ends must not decide who is late
            Note(latest, fingerprints, change);
            position++;
        }
        return late;
    }

    private static bool IsLate(Dictionary<Identifier, long> latest, TimedChange change)
    {
        foreach (var identifier in Identifier.Of(change.Member))
        {
            if (latest.TryGetValue(identifier, out var known) && change.Time < known) return true;
        }
        return false;
    }

    private static void Note(Dictionary<Identifier, long> latest, IReadOnlySet<ulong> fingerprints, TimedChange change)
    {
        foreach (var identifier in Identifier.Of(change.Member))
        {
            if (fingerprints.Contains(identifier.Fingerprint)) latest[identifier] = Math.Max(change.Time, latest.GetValueOrDefault(identifier, long.MinValue));
        }
    }
}
