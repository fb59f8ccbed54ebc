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
        if (lane.NextSlice is not { } slice) return settled;
        var pending = tools.Journal.ReadPending(lane.Connection, lane.LoadedUpTo, slice);
        foreach (var entry in pending.Entries)
        {
            var planned = new PlannedEntry(entry.Seq, entry.Rule.Mapping, entry.Changes, entry.Outcomes?.ToArray() ?? new byte[entry.Count]);
            var late = FindLate(entry);
            lane.Take(entry, planned, late);
            foreach (var position in late)
            {
                if (planned.Outcomes[position] == (byte)Outcome.Pending) settled.Supersede(planned, position);
            }
        }
        lane.HaveRead(more: pending.IsLimited);
        return settled;
    }

    private IReadOnlySet<int> FindLate(PendingEntry entry)
    {
        if (entry.Earliest is not { } earliest) return new HashSet<int>();
        var timed = TimedOf(entry);
        var fingerprints = LateArrivals.FingerprintsOf(timed);
        var earlier = tools.Journal.ReadLater(entry.ConnectionId, entry.Seq, earliest, fingerprints).Where(e => e.Rule.ListId == entry.Rule.ListId);
        return LateArrivals.Find(timed, fingerprints, earlier.Select(TimedOf));
    }

    private static TimedChanges TimedOf(PendingEntry entry) => new(entry.Changes, entry.Rule.Mapping, entry.ReceivedAt.ToUnixTimeMilliseconds());
}
