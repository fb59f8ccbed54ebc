using IterableForwarder.Changes;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;

namespace IterableForwarder.Delivery.Dispatch;

/// <summary>Has pending entries read for queues, and takes them up. Runs in the dispatcher's loop.</summary>
internal sealed class QueueIntake(DeliveryTools tools, DispatchEffects effects, FeedHolds holds, SettleAction settle, CancellationToken abandon)
{
    /// <summary>
    /// Changes after which the loop goes to the end of the line: they take some milliseconds, and the sources are answered by the same few
    /// workers.
    /// </summary>
    private const int ChangesBetweenYields = 5000;

    /// <summary>How soon to read again what the store could not give.</summary>
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromSeconds(1);

    private readonly QueueLoader _loader = new(tools);

    /// <summary>Asks again in a moment, where the store could not say.</summary>
    public void FindListsLater(FeedId feed) => effects.Start(async () =>
    {
        await tools.Clock.DelayAsync(ReadAgainAfter, abandon).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return new DispatchMessage.BacklogFound(feed);
    });

    /// <summary>Asks the journal what a feed owes, list by list.</summary>
    public void FindLists(FeedId feed) => effects.Start(async () =>
    {
        try
        {
            return new DispatchMessage.ListsFound(feed, await tools.Journal.ReadPendingListsAsync(feed, CancellationToken.None));
        }
        catch (Exception e)
        {
            DeliveryLog.BacklogUnreadable(tools.Log, e);
            return new DispatchMessage.ListsFound(feed, null);
        }
    });

    /// <summary>Reads on for a queue.</summary>
    public void Load(DeliveryQueue queue)
    {
        if (queue.NextSlice is not { } limit || !tools.Directory.TryGetFeed(queue.Feed, out var feed)) return;
        queue.InFlight++;
        queue.IsLoading = true;
        var (announced, after, list) = (queue.Announced, queue.LoadedUpTo, OwedList.Of(feed, queue.ListId));
        effects.Start(async () =>
        {
            try
            {
                return new DispatchMessage.Loaded(queue, announced, await _loader.LoadAsync(queue.Feed, list, after, limit));
            }
            catch (StorageUnavailableException e)
            {
                DeliveryLog.BacklogUnreadable(tools.Log, e);
                return new DispatchMessage.Loaded(queue, announced, null);
            }
            catch (Exception e)
            {
                return new DispatchMessage.Loaded(queue, announced, new LoadedSlice([], true, new EntryFailedException(null, 0, e)));
            }
        });
    }

    public async ValueTask TakeUpAsync(DispatchMessage.Loaded loaded)
    {
        var queue = loaded.Queue;
        queue.InFlight--;
        queue.IsLoading = false;
        if (queue.IsRetired) Discard(loaded.Slice);
        else if (loaded.Slice is { } slice) await TakeUpAsync(queue, slice, loaded.AnnouncedBefore);
        else queue.Fail(tools.Clock.Now, ReadAgainAfter);
    }

    /// <summary>Gives the memory of what was read back.</summary>
    public void Discard(LoadedSlice? slice)
    {
        foreach (var entry in slice?.Entries ?? []) tools.Memory.GiveBack(entry.Cost);
    }

    private async ValueTask TakeUpAsync(DeliveryQueue queue, LoadedSlice slice, long announcedBefore)
    {
        var settled = new SettlementBuilder();
        var failure = default(EntryFailedException);
        var untilYield = ChangesBetweenYields;
        foreach (var entry in slice.Entries)
        {
            // what comes behind an entry that fails must not overtake it
            if (failure is not null) tools.Memory.GiveBack(entry.Cost);
            else if ((failure = TryTake(queue, entry)) is null) Supersede(entry, settled);
            if ((untilYield -= entry.Planned.Count) > 0) continue;
            untilYield = ChangesBetweenYields;
            await Task.Yield();
        }
        failure ??= slice.Failure;
        queue.HaveRead(slice.IsLimited || failure is not null, announcedBefore);
        if (settled.Changes > 0) settle(queue, settled, []);
        if (failure is not null) await holds.HoldForAsync(queue, failure);
    }

    private static EntryFailedException? TryTake(DeliveryQueue queue, LoadedEntry entry)
    {
        try
        {
            queue.Take(entry);
            return null;
        }
        catch (Exception e)
        {
            return new(entry.Planned.BatchId, entry.Planned.Seq, e);
        }
    }

    private static void Supersede(LoadedEntry entry, SettlementBuilder settled)
    {
        foreach (var position in entry.Late)
        {
            if (entry.Planned.Outcomes[position] == (byte)Outcome.Pending) settled.Supersede(entry.Planned, position);
        }
    }
}
