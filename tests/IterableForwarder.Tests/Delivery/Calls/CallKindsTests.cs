using Iterable.Client;
using IterableForwarder.Changes;
using IterableForwarder.Delivery.Calls;
using IterableForwarder.Mapping;
using IterableForwarder.Planning;
using IterableForwarder.Tests.Changes;

namespace IterableForwarder.Tests.Delivery.Calls;

public sealed class CallKindsTests
{
    private static readonly CallTarget Target = new(7, CallSettings.Default, MergeNestedObjects: true);

    [Fact]
    public void Every_kind_of_change_has_its_call() => Assert.All(Enum.GetValues<ChangeKind>(), kind => Assert.Equal(kind, CallKinds.Of(kind).Kind));

    [Theory]
    [InlineData("Membership", "Lists", true)]
    [InlineData("User", "Users", true)]
    [InlineData("Event", "Events", false)]
    public void Each_kind_of_change_has_its_own_budget(string kind, string budget, bool lastChangeWins)
    {
        var calls = CallKinds.Of(Enum.Parse<ChangeKind>(kind));

        Assert.Equal((Enum.Parse<EndpointClass>(budget), lastChangeWins), (calls.EndpointClass, calls.LastChangeWins));
        Assert.Equal(calls.EndpointClass, calls.Build(CallOf(ChangeAction.Add), Target).EndpointClass);
    }

    [Fact]
    public void A_user_update_cannot_be_a_removal() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => CallKinds.Of(ChangeKind.User).Build(CallOf(ChangeAction.Remove), Target));

    /// <summary>A change that each kind can write.</summary>
    private static PlannedCall CallOf(ChangeAction action)
    {
        var planner = new CallPlanner();
        planner.Fold(Some.Entry(1, Some.Rule(ProjectType.Hybrid, IdentityRule.AsGiven), Some.Change(action, "ann@example.com", attributes: """{"eventName":"Viewed"}""")));
        return planner.TakeCall(action, CallKinds.Of(ChangeKind.Membership).Limits, CallKinds.Of(ChangeKind.Membership).Lengths)!;
    }
}
