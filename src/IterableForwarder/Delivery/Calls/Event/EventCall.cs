using Iterable.Client;
using Iterable.Client.Requests;
using IterableForwarder.Changes;
using IterableForwarder.Planning;

namespace IterableForwarder.Delivery.Calls.Event;

/// <summary>POST /api/events/trackBulk.</summary>
internal sealed class EventCall : ICallKind
{
    public ChangeKind Kind => ChangeKind.Event;

    public EndpointClass EndpointClass => EndpointClass.Events;

    public CallLimits Limits => Members.Limits;

    public CallLengths Lengths { get; } = new(Members.MaxLengthOf, node => EventOf(node).MaxJsonLength);

    public bool LastChangeWins => false;

    public BulkRequest Build(PlannedCall call, CallTarget target) => new TrackBulkRequest([.. call.Nodes.Select(EventOf)]);

    public ReadOnlyMemory<byte> DataFieldsOf(MemberNode node) => EventForm.Read(node.ReadChange().Attributes).DataFields;

    private static IterableEvent EventOf(MemberNode node)
    {
        var member = node.ReadMember();
        return EventForm.Read(node.ReadChange().Attributes) with { Email = member.Email, UserId = member.UserId };
    }
}
