using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Planning;

namespace IterableForwarder.Delivery;

/// <summary>Brings pending entries from the journal into a lane, and finds those of their changes that arrived late.</summary>
internal sealed class LaneLoader(DeliveryTools tools)
{
    /// <summary>Returns what has become of changes by being late; the caller has it written down.</summary>
    /// <param name="lane">The connection.</param>
    /// <param name="owed">The list that it got for the name it was owed by; null for one whose entries all have a list of their own.</param>
    public SettlementBuilder Load(Lane lane, long? owed)
    {
        var settled = new SettlementBuilder();
        if (lane.NextSlice is not { } slice) return settled;
        var pending = tools.Journal.ReadPending(lane.Connection, lane.LoadedUpTo, slice);
        foreach (var entry in pending.Entries)
        {
            var planned = new PlannedEntry(entry.Seq, entry.Rule.Mapping, entry.Changes, entry.Outcomes?.ToArray() ?? new byte[entry.Count])
            {
                ReceivedAt = entry.ReceivedAt.ToUnixTimeMilliseconds(),
            };
            var late = FindLate(entry, owed);
            lane.Take(entry, planned, ListOf(entry, owed), late);
            foreach (var position in late)
            {
                if (planned.Outcomes[position] == (byte)Outcome.Pending) settled.Supersede(planned, position);
            }
        }
        lane.HaveRead(more: pending.IsLimited);
        return settled;
    }

    private IReadOnlySet<int> FindLate(PendingEntry entry, long? owed)
    {
        if (entry.Rule.Kind == ChangeKind.Event) return new HashSet<int>();
        if (!entry.Origins.IsEmpty) return FindOvertaken(entry);
        if (entry.Earliest is not { } earliest) return new HashSet<int>();
        var timed = TimedOf(entry);
        var fingerprints = LateArrivals.FingerprintsOf(timed);
        var earlier = tools.Journal.ReadLater(entry.ConnectionId, entry.Seq, earliest, fingerprints).Where(e => ListOf(e, owed) == ListOf(entry, owed));
        return LateArrivals.Find(timed, fingerprints, earlier.Select(TimedOf));
    }

    /// <summary>-1, which no list has, for an entry that was dropped as a whole for want of one.</summary>
    private static long ListOf(PendingEntry entry, long? owed) => entry.Rule.ListId ?? owed ?? -1;

    /// <summary>Whatever was accepted before the replay is visible here, so that it does not matter what came in while the replay was asked for.</summary>
    private IReadOnlySet<int> FindOvertaken(PendingEntry replay)
    {
        var timed = TimedOf(replay);
        var fingerprints = OvertakenReplays.FingerprintsOf(timed);
        var newer = tools.Journal.ReadNewer(replay.ConnectionId, replay.Seq, OvertakenReplays.EarliestOf(timed), fingerprints);
        return OvertakenReplays.Find(timed, newer.Select(TimedOf));
    }

    private static TimedChanges TimedOf(PendingEntry entry) => new(entry.Changes, entry.Rule.Mapping, entry.ReceivedAt.ToUnixTimeMilliseconds())
    {
        Seq = entry.Seq,
        Origins = entry.Origins,
    };
}
