using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Planning;

namespace IterableForwarder.Delivery;

/// <summary>Brings pending entries from the journal into a lane, and finds those of their changes that arrived late.</summary>
internal sealed class LaneLoader(DeliveryTools tools)
{
    /// <summary>
    /// Changes after which a load goes to the end of the line: they take some milliseconds, and the sources are answered by the same few
    /// workers (Program.cs).
    /// </summary>
    private const int ChangesBetweenYields = 5000;

    /// <summary>Returns what has become of changes by being late; the caller has it written down.</summary>
    /// <param name="lane">The connection.</param>
    /// <param name="owed">The list that it got for the name it was owed by; null for one whose entries all have a list of their own.</param>
    public async Task<SettlementBuilder> LoadAsync(Lane lane, long? owed)
    {
        await tools.Loads.WaitAsync();
        try
        {
            return await LoadInTurnAsync(lane, owed);
        }
        finally
        {
            tools.Loads.Release();
        }
    }

    private async Task<SettlementBuilder> LoadInTurnAsync(Lane lane, long? owed)
    {
        var settled = new SettlementBuilder();
        if (lane.NextSlice is not { } slice) return settled;
        var pending = await tools.Journal.ReadPendingAsync(lane.Connection, lane.LoadedUpTo, slice, CancellationToken.None);
        await using var sweep = await LateSweep.StartAsync(tools.Journal, pending.Entries, owed);
        var untilYield = ChangesBetweenYields;
        foreach (var entry in pending.Entries)
        {
            var planned = new PlannedEntry(entry.Seq, entry.Rule.Mapping, entry.Changes, entry.Outcomes?.ToArray() ?? new byte[entry.Count])
            {
                ReceivedAt = entry.ReceivedAt.ToUnixTimeMilliseconds(),
                Settings = entry.Rule.Settings,
            };
            // a replay goes by too, as it has to be known to what comes after it
            var late = await sweep.FindLateAsync(entry);
            if (!entry.Origins.IsEmpty) late = await FindOvertakenAsync(entry);
            lane.Take(entry, planned, LateSweep.ListOf(entry, owed), late);
            foreach (var position in late)
            {
                if (planned.Outcomes[position] == (byte)Outcome.Pending) settled.Supersede(planned, position);
            }
            if ((untilYield -= entry.Count) > 0) continue;
            untilYield = ChangesBetweenYields;
            await Task.Yield();
        }
        lane.HaveRead(more: pending.IsLimited);
        return settled;
    }

    /// <summary>Whatever was accepted before the replay is visible here, so that it does not matter what came in while the replay was asked for.</summary>
    private async Task<IReadOnlySet<int>> FindOvertakenAsync(PendingEntry replay)
    {
        if (replay.Rule.Kind == ChangeKind.Event) return new HashSet<int>();
        var timed = LateSweep.TimedOf(replay);
        var fingerprints = OvertakenReplays.FingerprintsOf(timed);
        var newer = tools.Journal.ReadNewerAsync(replay.ConnectionId, replay.Seq, OvertakenReplays.EarliestOf(timed), fingerprints, CancellationToken.None);
        var history = new ReplayHistory(timed);
        await foreach (var entry in newer) history.Note(LateSweep.TimedOf(entry));
        return history.FindOvertaken();
    }
}
