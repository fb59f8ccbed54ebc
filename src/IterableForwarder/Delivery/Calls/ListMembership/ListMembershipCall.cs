using Iterable.Client;
using Iterable.Client.Requests;
using IterableForwarder.Changes;
using IterableForwarder.Planning;

namespace IterableForwarder.Delivery.Calls.ListMembership;

/// <summary>POST /api/lists/subscribe and /api/lists/unsubscribe.</summary>
internal sealed class ListMembershipCall : ICallKind
{
    public ChangeKind Kind => ChangeKind.Membership;

    public EndpointClass EndpointClass => EndpointClass.Lists;

    public CallLimits Limits => Members.Limits;

    public CallLengths Lengths => Members.Lengths;

    public bool LastChangeWins => true;

    public BulkRequest Build(PlannedCall call, CallTarget target)
    {
        var settings = call.Settings ?? target.Settings;
        var members = Members.AllOf(call, mergeNestedObjects: null);
        return call.Action == ChangeAction.Add
            ? new SubscribeRequest(target.ListId, members, settings.UpdateExistingUsersOnly)
            : new UnsubscribeRequest(target.ListId, members, settings.CampaignId, settings.ChannelUnsubscribe);
    }

    public ReadOnlyMemory<byte> DataFieldsOf(MemberNode node) => Members.DataFieldsOf(node);
}
