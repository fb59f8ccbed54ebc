using Iterable.Client;
using Iterable.Client.Results;
using IterableForwarder.Delivery.Bisection;
using IterableForwarder.Delivery.Calls;
using IterableForwarder.Delivery.Pacing;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Planning;

namespace IterableForwarder.Delivery.Dispatch;

/// <summary>Puts one call together and sends it.</summary>
internal sealed class CallSender(DeliveryTools tools)
{
    /// <summary>Of a call that was taken back before it was sent, or before it was tried again.</summary>
    private static readonly CallResult NotSent = new()
    {
        Kind = CallResultKind.RateLimited,
        Message = "The call was not sent, because Iterable asked to wait or the project or connection changed.",
        Attempts = 0,
    };

    /// <summary>The answer, or null when it was cut off because the service stops.</summary>
    /// <exception cref="EntryFailedException">The call cannot be put together.</exception>
    public async Task<SentCall?> SendAsync(OutgoingCall call, CancellationToken abandon)
    {
        var inFlight = tools.UnderWay.Begin(call.Feed.Id);
        using var takeBack = CancellationTokenSource.CreateLinkedTokenSource(abandon);
        var limiter = tools.Budgets.For(call.Project).Of(call.Queue.Class);
        using var budget = new ReservedBudget(limiter, () => MaySend(call), inFlight, tools.AttemptTimeout, tools.Clock, takeBack);
        var result = await TrySendAsync(call, budget, takeBack.Token);
        // one that was cut off stays marked: it may still land
        if (result is null) return null;
        inFlight.End();
        return new(result, budget.SentAt ?? tools.Clock.Now);
    }

    private async Task<CallResult?> TrySendAsync(OutgoingCall call, ReservedBudget budget, CancellationToken cancellationToken)
    {
        var caller = new IterableProject(call.Project.ApiKey, call.Project.DataCenter, budget);
        var request = Build(call);
        try
        {
            return await tools.Client.SendAsync(caller, request, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return budget.IsTakenBack ? NotSent : null;
        }
    }

    private static Iterable.Client.Requests.BulkRequest Build(OutgoingCall call)
    {
        var target = new CallTarget(call.Queue.ListId ?? 0, call.Feed.CallSettings, call.Feed.MergeNestedObjects);
        try
        {
            return CallKinds.Of(call.Queue.Kind).Build(call.Call, target);
        }
        catch (Exception e)
        {
            throw FailureOf(call, target, e);
        }
    }

    /// <summary>Finds the entry that is to blame: each member alone makes a call that can be put together, or one that cannot.</summary>
    private static EntryFailedException FailureOf(OutgoingCall call, CallTarget target, Exception cause)
    {
        foreach (var node in call.Call.Nodes)
        {
            try
            {
                _ = CallKinds.Of(call.Queue.Kind).Build(call.Call with { Nodes = [node] }, target);
            }
            catch (Exception e)
            {
                return node.FailedBy(e);
            }
        }
        return call.Call.Nodes[0].FailedBy(cause);
    }

    /// <summary>Nothing may leave for what is paused, or with a key that was replaced.</summary>
    private bool MaySend(OutgoingCall call) =>
        tools.Directory.TryGetFeed(call.Feed.Id, out var feed) && feed.Flow.Pause is null
        && tools.Directory.TryGet(call.Project.Id, out var project) && project.ApiKey == call.Project.ApiKey;
}

/// <summary>A call on its way.</summary>
/// <param name="Project">As it was then: its key and address are those the call goes with.</param>
/// <param name="Feed">As it was then: its settings are those the call goes with.</param>
/// <param name="Queue">Whose members they are.</param>
/// <param name="Call">The members.</param>
/// <param name="Part">Set when it is part of the search for a bad member.</param>
/// <param name="WasAccused">Whether its one member has been refused before in the words of the hold.</param>
internal sealed record OutgoingCall(Project Project, IFeed Feed, DeliveryQueue Queue, PlannedCall Call, BisectionPart? Part, bool WasAccused);

/// <param name="Result">What Iterable answered, or why it did not.</param>
/// <param name="SentAt">When the call went out, after it had been put together and its turn had come.</param>
internal sealed record SentCall(CallResult Result, DateTimeOffset SentAt);

internal static class FailedNodes
{
    /// <summary>The entry of a member that cannot be processed.</summary>
    public static EntryFailedException FailedBy(this MemberNode node, Exception cause) => new(node.Change.Entry.BatchId, node.Change.Entry.Seq, cause);
}
