using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Delivery.Dispatch;

/// <summary>Brings together what <see cref="NextStep"/> decides by, and shows what a queue waits for. Runs in the dispatcher's loop.</summary>
internal sealed class QueueSteps(ProjectQueues queues, FeedHolds holds, DeliveryTools tools)
{
    public async ValueTask<NextStep> DecideAsync(DeliveryQueue queue, bool hasRoom, DateTimeOffset now)
    {
        if (!tools.Directory.TryGetFeed(queue.Feed, out var feed)) return NextStep.Decide(new() { IsGone = true }, now);
        if (feed is Connection connection && await FollowNameAsync(queue, connection)) return new(StepKind.Wait, queue.IsRetired ? now : null);
        await NoteHoldAsync(queue, feed, now);
        if (queue.IsStuck || feed.Flow.Pause is not null || NeedsList(queue, feed)) queue.FallBehind();
        var step = NextStep.Decide(StateOf(queue, feed, hasRoom, now), now);
        if (step.Kind == StepKind.Unload)
        {
            queue.Unload();
            step = NextStep.Decide(StateOf(queue, feed, hasRoom, now), now);
        }
        Show(queue, step);
        return step;
    }

    /// <summary>Whoever was set aside while the queue was held waits for a call like all others.</summary>
    private static void EndSearch(DeliveryQueue queue)
    {
        if (queue.Search is not { } search) return;
        queue.Search = null;
        foreach (var node in search.TakeAccused().SelectMany(c => c.Nodes)) queue.Planner.Release(node);
    }

    private static bool NeedsList(DeliveryQueue queue, IFeed feed) =>
        queue.IsListGone || (queue.ListId is null && feed is Connection { OwesList: true });

    private QueueState StateOf(DeliveryQueue queue, IFeed feed, bool hasRoom, DateTimeOffset now) => queue.StateAt(now, hasRoom) with
    {
        IsFrozen = queues.DeliveryOf(queue.Feed).IsFrozen,
        IsPaused = feed.Flow.Pause is not null,
        NeedsList = NeedsList(queue, feed),
    };

    private async ValueTask NoteHoldAsync(DeliveryQueue queue, IFeed feed, DateTimeOffset now)
    {
        var hold = feed.Flow.HoldFor(queue.ListId);
        queue.IsHeld = hold is not null;
        if (hold?.Stop.Reason == Stop.RequestRefused) queue.Search ??= new();
        else EndSearch(queue);
        // with nothing pending any more there is nothing to hold
        if (hold is { BatchId: null } && hold.ListId == queue.ListId && queue.IsIdle(now)) await holds.EndAsync(queue);
    }

    /// <summary>What was accepted while only the name of its list was known goes to the list that the connection has by now.</summary>
    private async ValueTask<bool> FollowNameAsync(DeliveryQueue queue, Connection connection)
    {
        if (queue.ListId is not null || connection.OwesList || queue.InFlight > 0) return false;
        if (connection.ListOfName is not { } list)
        {
            // its source has taken the name back before there was a list: only an operator can say where the changes go
            await holds.HoldAsync(queue, Stop.ListNotFound, null, "The connection has neither a list nor the name of one. Give it a list.");
            return false;
        }
        var target = queues.QueueOf(queue.Feed, list);
        // earlier entries than what is loaded: all of it is read again, in order
        if (target.InFlight > 0) return true;
        target.Unload();
        await holds.EndAsync(queue);
        queues.Retire(queue);
        return true;
    }

    private void Show(DeliveryQueue queue, NextStep step)
    {
        var reason = step.Kind == StepKind.ResolveList ? WaitReason.ListCreation : step.Reason;
        if (reason is WaitReason.Queue or WaitReason.Pause) tools.Waits.Clear(queue.Feed, queue.ListId);
        else tools.Waits.Set(queue.Feed, queue.ListId, new(reason, step.At is { } at ? tools.Clock.ToWallClock(at) : null));
    }
}
