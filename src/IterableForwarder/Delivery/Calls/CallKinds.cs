using System.Collections.Frozen;
using IterableForwarder.Changes;
using IterableForwarder.Delivery.Calls.Event;
using IterableForwarder.Delivery.Calls.ListMembership;
using IterableForwarder.Delivery.Calls.UserUpdate;

namespace IterableForwarder.Delivery.Calls;

/// <summary>The calls there are. A new one is a folder beside this file, and a line here.</summary>
internal static class CallKinds
{
    private static readonly FrozenDictionary<ChangeKind, ICallKind> All = new ICallKind[]
    {
        new ListMembershipCall(),
        new UserUpdateCall(),
        new EventCall(),
    }.ToFrozenDictionary(k => k.Kind);

    public static ICallKind Of(ChangeKind kind) =>
        All.GetValueOrDefault(kind) ?? throw new ArgumentOutOfRangeException(nameof(kind), kind, "No call is registered for this kind of change");
}
