using Iterable.Client.Results;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Planning;

namespace IterableForwarder.Delivery;

/// <summary>Puts one call together and sends it.</summary>
internal sealed class CallSender(DeliveryTools tools)
{
    /// <summary>The answer, or null when it was cut off because the service stops.</summary>
    public async Task<CallResult?> SendAsync(Project project, Connection connection, LaneCall call, CancellationToken abandon)
    {
        try
        {
            var target = new CallTarget(call.Plan.ListId, connection.UpdateExistingUsersOnly, connection.CampaignId, connection.ChannelUnsubscribe);
            var caller = tools.Budgets.CallerFor(project);
            return await tools.Client.SendAsync(caller with { Budget = new PrepaidBudget(caller.Budget!) }, RequestBuilder.Build(call.Call, target), abandon);
        }
        catch (OperationCanceledException) when (abandon.IsCancellationRequested)
        {
            return null;
        }
    }
}
