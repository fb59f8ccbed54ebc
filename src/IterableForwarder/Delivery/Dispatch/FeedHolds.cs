using System.Globalization;
using Iterable.Client.Results;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Planning;

namespace IterableForwarder.Delivery.Dispatch;

/// <summary>Begins and ends the holds of feeds, and keeps what last went wrong for the operator to see.</summary>
internal sealed class FeedHolds(DeliveryTools tools)
{
    public FeedHold? HoldOf(DeliveryQueue queue) => tools.Directory.TryGetFeed(queue.Feed, out var feed) ? feed.Flow.HoldFor(queue.ListId) : null;

    /// <summary>Whether it is held for just what Iterable says here. Anything else is about the members: whatever held it is over.</summary>
    public bool IsHeldInWordsOf(DeliveryQueue queue, CallResult refused) =>
        HoldOf(queue) is { Cause.Reason: HoldCause.RequestRefused } hold && hold.Cause.Detail == DetailOf(refused);

    public ValueTask HoldAsync(DeliveryQueue queue, string reason, CallResult result) => HoldAsync(queue, reason, result.Code, DetailOf(result));

    /// <param name="queue">What is held.</param>
    /// <param name="reason">A word of the contract.</param>
    /// <param name="code">For the log.</param>
    /// <param name="detail">For the operator; it may name a person.</param>
    public async ValueTask HoldAsync(DeliveryQueue queue, string reason, string? code, string? detail)
    {
        queue.NextProbe = tools.Clock.Now + tools.Options.ProbeEvery;
        if (HoldOf(queue) is not null) return;
        DeliveryLog.ConnectionHeld(tools.Log, queue.Feed.ToString(), queue.ListId, reason, code);
        var hold = new FeedHold(new HoldCause(reason, detail, HoldCause.Service, tools.Time.GetUtcNow()), queue.ListId);
        await KeepAsync(queue, hold);
    }

    /// <summary>One of its entries cannot be processed: the whole feed waits, since what comes behind the entry must not overtake it.</summary>
    public async ValueTask HoldForAsync(DeliveryQueue queue, EntryFailedException failure)
    {
        queue.NextProbe = tools.Clock.Now + tools.Options.ProbeEvery;
        if (HoldOf(queue) is { Cause.Reason: HoldCause.InternalError }) return;
        DeliveryLog.EntryFailed(tools.Log, failure, queue.Feed.ToString(), failure.Batch?.ToString(), failure.Seq);
        await KeepAsync(queue, new FeedHold(new HoldCause(HoldCause.InternalError, failure.Explain(), HoldCause.Service, tools.Time.GetUtcNow()), null, failure.Batch));
    }

    /// <summary>A call was answered as by something that works.</summary>
    /// <param name="queue">What was called for.</param>
    /// <param name="call">Its members: an entry that could not be processed is fine again only when it was among them.</param>
    public async ValueTask EndAsync(DeliveryQueue queue, PlannedCall call)
    {
        if (HoldOf(queue) is not { } hold) return;
        if (hold.Cause.Reason == HoldCause.InternalError && !call.Nodes.Any(n => n.Change.Entry.BatchId == hold.BatchId))
        {
            queue.NextProbe = tools.Clock.Now + tools.Options.ProbeEvery;
            return;
        }
        await EndAsync(queue);
    }

    /// <summary>Ends the hold that stops the queue, if any.</summary>
    public async ValueTask EndAsync(DeliveryQueue queue)
    {
        if (HoldOf(queue) is null) return;
        DeliveryLog.ConnectionResumed(tools.Log, queue.Feed.ToString(), queue.ListId);
        await TryUpdateAsync(queue, f => f.WithoutHold(queue.ListId));
    }

    /// <summary>Iterable has taken a call for the list: it is there.</summary>
    public async ValueTask NoteListWorksAsync(DeliveryQueue queue)
    {
        if (!tools.Directory.TryGet(queue.Feed, out var connection) || !connection.ListUnverified || connection.ListId != queue.ListId) return;
        await TryWriteAsync(() => tools.Directory.UpdateAsync(
            queue.Feed, c => c.ListId == queue.ListId ? c with { ListUnverified = false } : c, CancellationToken.None));
    }

    /// <summary>Iterable has processed a call, and its counts add up to less than was sent.</summary>
    public async ValueTask NoteCountsShortAsync(DeliveryQueue queue, string sentence)
    {
        if (!tools.Directory.TryGetFeed(queue.Feed, out var feed) || feed.Flow.CountsShort is not null) return;
        await TryUpdateAsync(queue, f => f with { CountsShort = sentence });
    }

    public async ValueTask RecordErrorAsync(DeliveryQueue queue, CallResult result)
    {
        if (result.Kind == CallResultKind.Processed)
        {
            // with the first delivered member it goes from the status; should it come again, it is news
            queue.LastError = null;
            return;
        }
        await RecordErrorAsync(queue, $"{result.Kind}: HTTP {result.StatusCode?.ToString(CultureInfo.InvariantCulture) ?? "none"} {result.Code} {result.Message}".Trim());
    }

    /// <summary>Keeps it for the status, where it is news.</summary>
    public async ValueTask RecordErrorAsync(DeliveryQueue queue, string error)
    {
        if (error == queue.LastError || !tools.Directory.TryGetFeed(queue.Feed, out var feed)) return;
        try
        {
            await tools.Journal.RecordErrorAsync(feed.ProjectId, queue.Feed, error);
            queue.LastError = error;
        }
        catch (StorageUnavailableException e)
        {
            DeliveryLog.SettlingFailed(tools.Log, e.Message);
        }
    }

    private async ValueTask KeepAsync(DeliveryQueue queue, FeedHold hold)
    {
        // a hold that the store cannot take must not let every call through to be refused
        if (!await TryUpdateAsync(queue, f => f.WithHold(hold))) queue.BackOff.Fail(tools.Clock.Now);
    }

    private static string? DetailOf(CallResult result) => result.Message ?? result.Code;

    private ValueTask<bool> TryUpdateAsync(DeliveryQueue queue, Func<FeedFlow, FeedFlow> change) =>
        TryWriteAsync(() => tools.Directory.UpdateFlowAsync(queue.Feed, change, CancellationToken.None));

    private async ValueTask<bool> TryWriteAsync(Func<Task> write)
    {
        try
        {
            await write();
            return true;
        }
        catch (StorageUnavailableException e)
        {
            // the next call finds the same, and tries again to write it down
            DeliveryLog.SettlingFailed(tools.Log, e.Message);
            return false;
        }
    }
}
