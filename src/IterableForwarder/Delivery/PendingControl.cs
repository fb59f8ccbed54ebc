using IterableForwarder.Changes;
using IterableForwarder.Delivery.Dispatch;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Delivery;

/// <summary>What an operator can do with pending changes. The dispatcher gives each operation the feed to itself, with nothing in flight.</summary>
internal sealed class PendingControl(DeliveryService delivery, DeliveryTools tools)
{
    /// <summary>Said to whoever wants to delete something with changes pending.</summary>
    public const string StillPending = "Changes are still pending. Wait until they are delivered, or discard them: ?discard=true.";

    /// <summary>How often what comes in while something is deleted is discarded before it is given up.</summary>
    private const int DeletionTurns = 10;

    /// <summary>Tries at once what waits, whatever Iterable has asked for.</summary>
    public void Resume(Project project) => delivery.Post(project.Id, new DispatchMessage.Resumed(null));

    /// <inheritdoc cref="Resume(Project)"/>
    public void Resume(IFeed feed)
    {
        delivery.Post(feed.ProjectId, new DispatchMessage.Resumed([feed.Id]));
        // an entry that was damaged meanwhile may be announced for a list where it is not found
        delivery.Post(feed.ProjectId, new DispatchMessage.BacklogFound(feed.Id));
    }

    /// <summary>Deletes something; where changes are pending, after they were discarded. False while changes are pending.</summary>
    /// <param name="tryDeleteAsync">Deletes it, unless changes are pending.</param>
    /// <param name="discardAsync">Discards what is pending; null to leave it.</param>
    public static async Task<bool> TryDeleteAsync(Func<Task<bool>> tryDeleteAsync, Func<Task>? discardAsync)
    {
        if (await tryDeleteAsync()) return true;
        // what is accepted meanwhile is discarded by the next turn
        for (var turn = 0; discardAsync is not null && turn < DeletionTurns; turn++)
        {
            await discardAsync();
            if (await tryDeleteAsync()) return true;
        }
        return false;
    }

    /// <summary>Gives what is pending for one list to another. Returns how many changes that were.</summary>
    /// <exception cref="StorageUnavailableException">The store cannot take it, or delivery restarts. What was moved stays moved.</exception>
    public Task<long> MoveAsync(Connection connection, long from, long to, Author by) => RunAsync(connection, async cancellationToken =>
    {
        if (!tools.Directory.TryGet(connection.Id, out var now)) return 0;
        var moved = await tools.Journal.MoveAllPendingAsync(connection.Id, new(PendingList.Of(now, from), to), cancellationToken);
        await tools.Directory.UpdateFlowAsync(connection.Id, f => f.WithoutHold(from), by, cancellationToken);
        DeliveryLog.PendingMoved(tools.Log, moved, connection.Id.ToString(), from, to, by.Name);
        return moved;
    });

    /// <summary>Drops what is pending, of one batch or for one list where these are given. Returns how many changes that were.</summary>
    /// <exception cref="StorageUnavailableException">The store cannot take it, or delivery restarts. What was discarded stays discarded.</exception>
    public Task<long> DiscardAsync(IFeed feed, BatchId? batch, long? listId, Author by) => RunAsync(feed, async cancellationToken =>
    {
        if (!tools.Directory.TryGetFeed(feed.Id, out var now)) return 0;
        var discard = new PendingDiscard(batch, listId is { } list ? PendingList.Of(now, list) : null, by.Reason);
        var discarded = 0L;
        for (var step = default(PendingStep); !step.IsLast; discarded += step.Changes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            step = await tools.Journal.DiscardPendingAsync(feed.Id, discard);
        }
        await EndEmptyHoldsAsync(feed.Id, batch, by, cancellationToken);
        if (discarded > 0) tools.Statistics.Discarded(feed.Id, Reasons.Discarded, discarded);
        DeliveryLog.PendingDiscarded(tools.Log, discarded, feed.Id.ToString(), by.Name);
        return discarded;
    });

    private Task<long> RunAsync(IFeed feed, Func<CancellationToken, Task<long>> run)
    {
        var operation = new PendingOperation(run);
        delivery.Start(feed.ProjectId, new DispatchMessage.OperationAsked(feed.Id, operation));
        return operation.Done;
    }

    /// <summary>With nothing pending any more there is nothing to hold; and a batch that is given up holds nobody.</summary>
    private async Task EndEmptyHoldsAsync(FeedId id, BatchId? batch, Author by, CancellationToken cancellationToken)
    {
        if (!tools.Directory.TryGetFeed(id, out var feed) || feed.Flow.Holds.Count == 0) return;
        var pending = await tools.Journal.ReadPendingListsAsync(id, cancellationToken);
        await tools.Directory.UpdateFlowAsync(id, f => f.WithHoldsWhere(IsNeeded), by, cancellationToken);

        bool IsNeeded(FeedHold hold)
        {
            if (hold.BatchId is not null && hold.BatchId == batch) return false;
            return pending.Any(p => hold.Covers(p.TargetOf(feed)));
        }
    }
}

internal static class PendingMoves
{
    /// <summary>Moves all of it, commit by commit. Returns how many changes that were.</summary>
    public static async Task<long> MoveAllPendingAsync(this IEntryJournal journal, FeedId feed, PendingMove move, CancellationToken cancellationToken)
    {
        var moved = 0L;
        for (var step = default(PendingStep); !step.IsLast; moved += step.Changes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            step = await journal.MovePendingAsync(feed, move with { After = step.After });
        }
        return moved;
    }
}
