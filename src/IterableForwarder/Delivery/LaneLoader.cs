using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Planning;

namespace IterableForwarder.Delivery;

/// <summary>Brings pending entries from the journal into a lane, and finds those of their changes that arrived late.</summary>
internal sealed class LaneLoader(DeliveryTools tools)
{
    /// <summary>Returns what has become of changes by being late; the caller has it written down.</summary>
    public SettlementBuilder Load(Lane lane)
    {
        var settled = new SettlementBuilder();
        var wanted = lane.NextSlice;
        var changes = 0;
        foreach (var entry in tools.Journal.ReadPending(lane.Connection, lane.LoadedUpTo, wanted))
        {
            changes += entry.Count;
            var planned = new PlannedEntry(entry.Seq, entry.Rule.Mapping, entry.Changes, entry.Outcomes?.ToArray() ?? new byte[entry.Count]);
            var late = FindLate(entry);
            lane.Take(entry, planned, late);
            foreach (var position in late)
            {
                if (planned.Outcomes[position] == (byte)Outcome.Pending) settled.Supersede(planned, position);
            }
        }
        lane.HaveRead(more: changes >= wanted);
        return settled;
    }

    private IReadOnlySet<int> FindLate(PendingEntry entry)
    {
        if (!entry.Origins.IsEmpty) return FindOvertaken(entry);
        if (entry.Earliest is not { } earliest) return new HashSet<int>();
        var timed = TimedOf(entry);
        var fingerprints = LateArrivals.FingerprintsOf(timed);
        var earlier = tools.Journal.ReadLater(entry.ConnectionId, entry.Seq, earliest, fingerprints).Where(e => e.Rule.ListId == entry.Rule.ListId);
        return LateArrivals.Find(timed, fingerprints, earlier.Select(TimedOf));
    }

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
