using IterableForwarder.Changes;
using IterableForwarder.Mapping;

namespace IterableForwarder.Planning;

/// <summary>
/// Finds the changes of a replay that must not be sent, as a newer change of the same member is kept. A replayed change has the place it
/// had first, so everything behind that place is newer, whatever became of it; but for a change that says itself that it is older. And
/// as ever, one that carries a time is late where something before it is of a later time. Pure.
/// </summary>
internal static class OvertakenReplays
{
    /// <summary>The fingerprints of every member in the replay.</summary>
    public static IReadOnlySet<ulong> FingerprintsOf(TimedChanges replay) =>
        replay.All().SelectMany(c => c.TellingIdentifiers).Select(i => i.Value.Fingerprint).ToHashSet();

    /// <summary>The first place that a change of the replay had, and the earliest time.</summary>
    public static ChangeOrigin EarliestOf(TimedChanges replay) => replay.All().Aggregate(
        new ChangeOrigin(ChangePlace.End, long.MaxValue),
        (earliest, change) => new(change.Place.CompareTo(earliest.Place) < 0 ? change.Place : earliest.Place, Math.Min(change.Time, earliest.Time)));

    /// <summary>The positions in <paramref name="replay"/> that are overtaken.</summary>
    /// <param name="replay">The entry in question.</param>
    /// <param name="kept">The entries accepted before it that may know its members.</param>
    public static IReadOnlySet<int> Find(TimedChanges replay, IEnumerable<TimedChanges> kept)
    {
        var history = new ReplayHistory(replay);
        foreach (var entry in kept) history.Note(entry);
        return history.FindOvertaken();
    }
}

/// <summary>What was kept beside a replay, taken up entry by entry, as far as it says something about the replay's members.</summary>
internal sealed class ReplayHistory
{
    private readonly TimedChanges _replay;
    private readonly TimedChange[] _replayed;
    private readonly Dictionary<Identifier, Histories> _histories;

    public ReplayHistory(TimedChanges replay)
    {
        _replay = replay;
        _replayed = [.. replay.All()];
        _histories = HistoriesOf(_replayed);
        Note(replay);
    }

    public void Note(TimedChanges kept)
    {
        foreach (var change in kept.All())
        {
            foreach (var (identifier, identifies) in IdentifiersUnder(change, _replay.Rule))
            {
                if (!_histories.TryGetValue(identifier, out var known)) continue;
                known.OfAll.Note(change);
                if (identifies) known.OfIdentified.Note(change);
            }
        }
    }

    /// <summary>The positions in the replay that are overtaken.</summary>
    public IReadOnlySet<int> FindOvertaken() => Enumerable.Range(0, _replayed.Length)
        .Where(i => _replayed[i].TellingIdentifiers.Any(identifier => _histories[identifier.Value].Of(identifier.Identifies).Overtakes(_replayed[i])))
        .ToHashSet();

    private static Dictionary<Identifier, Histories> HistoriesOf(TimedChange[] replayed) => replayed
        .SelectMany(c => c.TellingIdentifiers.Select(identifier => (Identifier: identifier.Value, c.Place)))
        .GroupBy(p => p.Identifier, p => p.Place)
        .ToDictionary(g => g.Key, g => new Histories([.. g.Distinct().Order()]));

    /// <summary>What its own rule did not forward is about the member whom the rule of today sees in it: it was said later all the same.</summary>
    private static IEnumerable<MemberIdentifier> IdentifiersUnder(TimedChange change, MappingRule today) =>
        change.Member.Dropped is null ? change.Identifiers : MemberIdentity.AllOf(MemberMapper.Map(change.Change, today), today);

    /// <summary>What is kept under one identifier.</summary>
    private sealed class Histories(ChangePlace[] places)
    {
        /// <summary>Of all changes that have it.</summary>
        public History OfAll { get; } = new(places);

        /// <summary>Of those that it identifies.</summary>
        public History OfIdentified { get; } = new(places);

        /// <summary>Of the changes of the same member as one that has the identifier too.</summary>
        public History Of(bool identifies) => identifies ? OfAll : OfIdentified;
    }

    /// <summary>
    /// What is kept of one identifier, as far as the replay asks for it: between any two places it asks for, the latest times are
    /// enough, so that it does not grow with what is kept.
    /// </summary>
    private sealed class History(ChangePlace[] places)
    {
        /// <summary>At i: of those that are behind exactly the first i places.</summary>
        private readonly long[] _behind = Filled(places.Length + 1);

        /// <summary>At i: of those that are before all but the first i places.</summary>
        private readonly long[] _before = Filled(places.Length + 1);

        public void Note(in TimedChange change)
        {
            var found = Array.BinarySearch(places, change.Place);
            var (behind, before) = found < 0 ? (~found, ~found) : (found, found + 1);
            // without a time of its own it is newer than all before it
            _behind[behind] = Math.Max(_behind[behind], change.IsTimed ? change.Time : long.MaxValue);
            _before[before] = Math.Max(_before[before], change.Time);
        }

        public bool Overtakes(in TimedChange change)
        {
            var place = Array.BinarySearch(places, change.Place);
            var time = change.Time;
            return _behind.AsSpan(place + 1).ContainsAnyInRange(time, long.MaxValue)
                || (change.IsTimed && time < long.MaxValue && _before.AsSpan(0, place + 1).ContainsAnyInRange(time + 1, long.MaxValue));
        }

        private static long[] Filled(int length)
        {
            var times = new long[length];
            Array.Fill(times, long.MinValue);
            return times;
        }
    }
}
