using IterableForwarder.Changes;
using IterableForwarder.Delivery.Calls;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Planning;

namespace IterableForwarder.Delivery;

/// <summary>Brings pending entries from the journal into a lane, and finds those of their changes that arrived late.</summary>
internal sealed class LaneLoader(DeliveryTools tools)
{
    /// <summary>Returns what has become of changes by being late; the caller has it written down.</summary>
    /// <param name="lane">The connection.</param>
    /// <param name="owed">The list that it got for the name it was owed by; null for one whose entries all have a list of their own.</param>
    public Task<SettlementBuilder> LoadAsync(Lane lane, long? owed) => OwnThread.RunInTurnAsync(tools.Loads, () => Load(lane, owed), CancellationToken.None);

    private SettlementBuilder Load(Lane lane, long? owed)
    {
        var settled = new SettlementBuilder();
        if (lane.NextSlice is not { } slice) return settled;
        var pending = tools.Journal.ReadPending(lane.Connection, lane.LoadedUpTo, slice);
        using var sweep = new LateSweep(tools.Journal, pending.Entries, owed);
        foreach (var entry in pending.Entries)
        {
            var planned = new PlannedEntry(entry.Seq, entry.Rule.Mapping, entry.Changes, entry.Outcomes?.ToArray() ?? new byte[entry.Count])
            {
                ReceivedAt = entry.ReceivedAt.ToUnixTimeMilliseconds(),
                Settings = entry.Rule.Settings,
            };
            // a replay goes by too, as it has to be known to what comes after it
            var late = sweep.FindLate(entry);
            if (!entry.Origins.IsEmpty) late = FindOvertaken(entry);
            lane.Take(entry, planned, LateSweep.ListOf(entry, owed), late);
            foreach (var position in late)
            {
                if (planned.Outcomes[position] == (byte)Outcome.Pending) settled.Supersede(planned, position);
            }
        }
        lane.HaveRead(more: pending.IsLimited);
        return settled;
    }

    /// <summary>Whatever was accepted before the replay is visible here, so that it does not matter what came in while the replay was asked for.</summary>
    private IReadOnlySet<int> FindOvertaken(PendingEntry replay)
    {
        if (!CallKinds.Of(replay.Rule.Kind).LastChangeWins) return new HashSet<int>();
        var timed = LateSweep.TimedOf(replay);
        var fingerprints = OvertakenReplays.FingerprintsOf(timed);
        var newer = tools.Journal.ReadNewer(replay.ConnectionId, replay.Seq, OvertakenReplays.EarliestOf(timed), fingerprints);
        return OvertakenReplays.Find(timed, newer.Select(LateSweep.TimedOf));
    }
}
