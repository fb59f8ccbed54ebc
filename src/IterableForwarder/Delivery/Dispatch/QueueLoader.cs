using IterableForwarder.Changes;
using IterableForwarder.Delivery.Calls;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Planning;

namespace IterableForwarder.Delivery.Dispatch;

/// <summary>Reads pending entries of a queue from the journal, and finds those of their changes that arrived late.</summary>
internal sealed class QueueLoader(DeliveryTools tools)
{
    /// <param name="feed">Whose entries they are.</param>
    /// <param name="list">Those for one list.</param>
    /// <param name="after">Those behind this number.</param>
    /// <param name="limit">How much to read.</param>
    /// <exception cref="Journal.StorageUnavailableException">The store cannot be read.</exception>
    public async Task<LoadedSlice> LoadAsync(FeedId feed, PendingList list, long after, ReadLimit limit)
    {
        await tools.Loads.WaitAsync();
        try
        {
            return await LoadInTurnAsync(feed, list, after, limit);
        }
        finally
        {
            tools.Loads.Release();
        }
    }

    private async Task<LoadedSlice> LoadInTurnAsync(FeedId feed, PendingList list, long after, ReadLimit limit)
    {
        var pending = await tools.Journal.ReadPendingAsync(feed, list, after, limit, CancellationToken.None);
        try
        {
            return await LoadAsync(pending, list.WithNamed ? list.ListId : null);
        }
        catch (Exception e) when (e is not Journal.StorageUnavailableException)
        {
            return new([], pending.IsLimited, FailureOf(pending.Entries, e));
        }
    }

    /// <summary>The first entry whose changes cannot be read; where all can be, what came before the slice is to blame, and no entry is named.</summary>
    private static EntryFailedException FailureOf(IReadOnlyList<PendingEntry> entries, Exception cause)
    {
        foreach (var entry in entries)
        {
            try
            {
                _ = LateSweep.TimedOf(entry).All().Count();
            }
            catch (Exception e)
            {
                return new(entry.BatchId, entry.Seq, e);
            }
        }
        return new(null, 0, cause);
    }

    private async Task<LoadedSlice> LoadAsync(PendingEntries pending, long? namedList)
    {
        var loaded = new List<LoadedEntry>(pending.Entries.Count);
        await using var sweep = await LateSweep.StartAsync(tools.Journal, pending.Entries, namedList);
        foreach (var entry in pending.Entries)
        {
            try
            {
                loaded.Add(await LoadAsync(entry, sweep, namedList));
            }
            catch (Exception e) when (e is not Journal.StorageUnavailableException)
            {
                return new(loaded, pending.IsLimited, new EntryFailedException(entry.BatchId, entry.Seq, e));
            }
        }
        return new(loaded, pending.IsLimited, null);
    }

    private async ValueTask<LoadedEntry> LoadAsync(PendingEntry entry, LateSweep sweep, long? namedList)
    {
        var planned = new PlannedEntry(entry.Seq, entry.Rule.Mapping, LateSweep.ChangesOf(entry), entry.Outcomes?.ToArray() ?? new byte[entry.Count])
        {
            BatchId = entry.BatchId,
            ReceivedAt = entry.ReceivedAt.ToUnixTimeMilliseconds(),
            Settings = entry.Rule.Settings,
        };
        // one that is elsewhere in the order goes by too, as it has to be known to what comes after it
        var late = await sweep.FindLateAsync(entry);
        if (!entry.Origins.IsEmpty || entry.MovedBefore is not null) late = await FindOvertakenAsync(entry, LateSweep.ListOf(entry, namedList), namedList);
        var cost = LoadedMemory.CostOf(planned.Pending, planned.Changes.Length);
        tools.Memory.Take(cost);
        return new(planned, late, cost);
    }

    /// <summary>Whatever was accepted before a replay or a move is visible here, so that it does not matter what came in while it was asked for.</summary>
    private async Task<IReadOnlySet<int>> FindOvertakenAsync(PendingEntry entry, long listId, long? namedList)
    {
        if (!CallKinds.Of(entry.Rule.Kind).LastChangeWins) return new HashSet<int>();
        var timed = LateSweep.TimedOf(entry);
        var fingerprints = OvertakenReplays.FingerprintsOf(timed);
        var newer = tools.Journal.ReadNewerAsync(
            entry.FeedId, entry.MovedBefore ?? entry.Seq, OvertakenReplays.EarliestOf(timed), fingerprints, CancellationToken.None);
        var history = new ReplayHistory(timed);
        await foreach (var kept in newer)
        {
            // a replay goes to the present list, whatever list its neighbours went to
            if (entry.MovedBefore is null || LateSweep.ListOf(kept, namedList) == listId) history.Note(LateSweep.TimedOf(kept));
        }
        return history.FindOvertaken();
    }
}

/// <summary>What was read for a queue.</summary>
/// <param name="Entries">In order of acceptance. Their memory is counted as taken.</param>
/// <param name="IsLimited">True when the limit ended it: there may be more.</param>
/// <param name="Failure">The entry behind them that cannot be processed; null when there is none.</param>
internal sealed record LoadedSlice(IReadOnlyList<LoadedEntry> Entries, bool IsLimited, EntryFailedException? Failure);

/// <param name="Planned">The entry.</param>
/// <param name="Late">The positions of changes that a newer one has made needless.</param>
/// <param name="Cost">The memory it takes, in bytes.</param>
internal sealed record LoadedEntry(PlannedEntry Planned, IReadOnlySet<int> Late, long Cost);
