using Iterable.Client.Results;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Planning;

namespace IterableForwarder.Delivery;

/// <summary>Puts one call together and sends it.</summary>
internal sealed class CallSender(DeliveryTools tools)
{
    /// <summary>The answer, or null when it was cut off because the service stops.</summary>
    public async Task<CallResult?> SendAsync(Connection connection, LaneCall call, CancellationToken abandon)
    {
        var underWay = tools.UnderWay.Begin(connection.Id);
        var result = await TrySendAsync(connection, call, underWay, abandon);
        // one that was cut off stays marked: it may still land
        if (result is not null) underWay.End();
        return result;
    }

    private async Task<CallResult?> TrySendAsync(Connection connection, LaneCall call, ICallUnderWay underWay, CancellationToken abandon)
    {
        try
        {
            var target = new CallTarget(
                call.Plan.Kind, call.Plan.ListId, connection.UpdateExistingUsersOnly, connection.CampaignId, connection.ChannelUnsubscribe, connection.MergeNestedObjects);
            var caller = tools.Budgets.CallerFor(call.Project);
            var budget = new PrepaidBudget(caller.Budget!, underWay, tools.AttemptTimeout);
            return await tools.Client.SendAsync(caller with { Budget = budget }, RequestBuilder.Build(call.Call, target), abandon);
        }
        catch (OperationCanceledException) when (abandon.IsCancellationRequested)
        {
            return null;
        }
    }
}
