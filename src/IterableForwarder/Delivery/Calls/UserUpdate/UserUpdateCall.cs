using Iterable.Client;
using Iterable.Client.Requests;
using IterableForwarder.Changes;
using IterableForwarder.Planning;

namespace IterableForwarder.Delivery.Calls.UserUpdate;

/// <summary>POST /api/users/bulkUpdate. There is no call that takes an update back.</summary>
internal sealed class UserUpdateCall : ICallKind
{
    public ChangeKind Kind => ChangeKind.User;

    public EndpointClass EndpointClass => EndpointClass.Users;

    public CallLimits Limits => Members.Limits;

    public CallLengths Lengths => Members.Lengths;

    public bool LastChangeWins => true;

    public BulkRequest Build(PlannedCall call, CallTarget target) => call.Action == ChangeAction.Add
        ? new BulkUpdateRequest(Members.AllOf(call, target.MergeNestedObjects))
        : throw new ArgumentOutOfRangeException(nameof(call), call.Action, "Users are only updated");

    public ReadOnlyMemory<byte> DataFieldsOf(MemberNode node) => Members.DataFieldsOf(node);
}
