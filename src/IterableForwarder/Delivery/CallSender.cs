using Iterable.Client;
using Iterable.Client.Results;
using IterableForwarder.Delivery.Calls;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Delivery;

/// <summary>Puts one call together and sends it.</summary>
internal sealed class CallSender(DeliveryTools tools)
{
    /// <summary>Of a call whose turn was put off for long before it was sent.</summary>
    private static readonly CallResult NotSent = new()
    {
        Kind = CallResultKind.RateLimited,
        Message = "not sent, as Iterable has asked to wait",
        Attempts = 0,
    };

    /// <summary>The answer, or null when it was cut off because the service stops.</summary>
    /// <param name="connection">Whose call it is.</param>
    /// <param name="call">Its members.</param>
    /// <param name="endpointClass">The class of the budget that has promised the call.</param>
    /// <param name="abandon">Cuts it off.</param>
    public async Task<SentCall?> SendAsync(Connection connection, LaneCall call, EndpointClass endpointClass, CancellationToken abandon)
    {
        var underWay = tools.UnderWay.Begin(connection.Id);
        using var takeBack = CancellationTokenSource.CreateLinkedTokenSource(abandon);
        using var budget = new PromisedBudget(tools.Budgets.For(call.Project), endpointClass, underWay, tools.AttemptTimeout, tools.Clock, takeBack);
        var result = await TrySendAsync(connection, call, budget, takeBack.Token);
        // one that was cut off stays marked: it may still land
        if (result is null) return null;
        underWay.End();
        return new(result, budget.SentAt ?? tools.Clock.Now);
    }

    private async Task<CallResult?> TrySendAsync(Connection connection, LaneCall call, PromisedBudget budget, CancellationToken cancellationToken)
    {
        try
        {
            var target = new CallTarget(call.Plan.ListId, connection.CallSettings, connection.MergeNestedObjects);
            var caller = new IterableProject(call.Project.ApiKey, call.Project.DataCenter, budget);
            return await tools.Client.SendAsync(caller, CallKinds.Of(call.Plan.Kind).Build(call.Call, target), cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return budget.IsTakenBack ? NotSent : null;
        }
    }
}

/// <param name="Result">What Iterable answered, or why it did not.</param>
/// <param name="SentAt">When the call went out, after it had been put together and its turn had come.</param>
internal sealed record SentCall(CallResult Result, DateTimeOffset SentAt);
