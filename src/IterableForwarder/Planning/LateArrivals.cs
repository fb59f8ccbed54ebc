using IterableForwarder.Mapping;

namespace IterableForwarder.Planning;

/// <summary>
/// Finds the changes that arrived late: those that carry a time which is earlier than that of a change of the same member accepted
/// before them. They must not undo it. Who is the same member, <see cref="MemberIdentity"/> says. Pure.
/// </summary>
internal static class LateArrivals
{
    /// <summary>The fingerprints of every member in the entry whose change carries a time: only these can be late.</summary>
    public static IReadOnlySet<ulong> FingerprintsOf(TimedChanges entry) =>
        entry.All().Where(c => c.IsTimed).SelectMany(c => c.TellingIdentifiers).Select(i => i.Value.Fingerprint).ToHashSet();

    /// <summary>The positions in <paramref name="entry"/> that are late.</summary>
    /// <param name="entry">The entry in question.</param>
    /// <param name="fingerprints">Of its members, by <see cref="FingerprintsOf"/>.</param>
    /// <param name="earlier">The entries accepted before it that may know its members, in order.</param>
    public static IReadOnlySet<int> Find(TimedChanges entry, IReadOnlySet<ulong> fingerprints, IEnumerable<TimedChanges> earlier)
    {
        var history = new LateHistory(fingerprints);
        foreach (var one in earlier) history.Note(0, one);
        return history.FindLate(0, entry);
    }
}

/// <summary>What the latest time is that was said of some members, for each list. Entries go in in order of acceptance, each once its turn has come.</summary>
/// <param name="fingerprints">Of the members that matter, by <see cref="LateArrivals.FingerprintsOf"/>: of no others is anything kept.</param>
internal sealed class LateHistory(IReadOnlySet<ulong> fingerprints)
{
    private readonly Dictionary<(long List, Identifier Identifier), LatestTimes> _latest = [];

    public void Note(long list, TimedChanges entry)
    {
        foreach (var change in entry.All()) Note(list, change);
    }

    /// <summary>The positions in the entry that are late. It is noted with that.</summary>
    public IReadOnlySet<int> FindLate(long list, TimedChanges entry)
    {
        var late = new HashSet<int>();
        var position = 0;
        foreach (var change in entry.All())
        {
            if (change.IsTimed && IsLate(list, change)) late.Add(position);
            // a late one too, as in an earlier entry: where one entry ends must not decide who is late
            Note(list, change);
            position++;
        }
        return late;
    }

    private bool IsLate(long list, TimedChange change)
    {
        foreach (var (identifier, identifies) in change.TellingIdentifiers)
        {
            if (_latest.TryGetValue((list, identifier), out var known) && change.Time < known.Of(identifies)) return true;
        }
        return false;
    }

    private void Note(long list, TimedChange change)
    {
        foreach (var (identifier, identifies) in change.Identifiers)
        {
            if (!fingerprints.Contains(identifier.Fingerprint)) continue;
            if (_latest.TryGetValue((list, identifier), out var known)) _latest[(list, identifier)] = known.With(change.Time, identifies);
            else _latest.Add((list, identifier.Copy()), LatestTimes.None.With(change.Time, identifies));
        }
    }

    /// <summary>The latest time under one identifier.</summary>
    /// <param name="Any">Of all changes that have it.</param>
    /// <param name="Identified">Of those that it identifies.</param>
    private readonly record struct LatestTimes(long Any, long Identified)
    {
        public static LatestTimes None => new(long.MinValue, long.MinValue);

        public LatestTimes With(long time, bool identifies) => new(Math.Max(Any, time), identifies ? Math.Max(Identified, time) : Identified);

        /// <summary>Of the changes of the same member as one that has the identifier too.</summary>
        public long Of(bool identifies) => identifies ? Any : Identified;
    }
}
