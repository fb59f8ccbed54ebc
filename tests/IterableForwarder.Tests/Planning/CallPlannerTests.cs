using IterableForwarder.Changes;
using IterableForwarder.Delivery.Calls;
using IterableForwarder.Mapping;
using IterableForwarder.Planning;
using IterableForwarder.Tests.Changes;

namespace IterableForwarder.Tests.Planning;

public sealed class CallPlannerTests
{
    private static readonly ICallKind Calls = CallKinds.Of(ChangeKind.Membership);

    private readonly CallPlanner _planner = new();
    private long _seq;

    [Fact]
    public void A_member_who_came_and_went_a_hundred_times_is_sent_once()
    {
        for (var i = 0; i < 100; i++) Fold(Some.Add("ann@example.com"), Some.Remove("ann@example.com"));

        Assert.Equal((0, 1, 1), (_planner.ReadyAdds, _planner.ReadyRemoves, _planner.Open));
        var node = Assert.Single(Take(ChangeAction.Remove));
        Assert.Equal(199, node.Superseded.Length);
    }

    [Fact]
    public void The_same_address_written_otherwise_is_the_same_member()
    {
        Fold(Some.Add("ann@example.com"), Some.Remove(" ANN@Example.com "));

        Assert.Equal((0, 1), (_planner.ReadyAdds, _planner.ReadyRemoves));
    }

    [Fact]
    public void A_change_waits_while_an_earlier_one_of_the_member_is_in_flight()
    {
        Fold(Some.Add("ann@example.com"));
        var first = Assert.Single(Take(ChangeAction.Add));

        Fold(Some.Remove("ann@example.com"));
        Assert.Empty(Take(ChangeAction.Remove));

        _planner.Complete(first);
        Assert.Single(Take(ChangeAction.Remove));
    }

    [Fact]
    public void When_a_call_fails_the_later_change_replaces_the_earlier_one()
    {
        Fold(Some.Add("ann@example.com"));
        var first = Assert.Single(Take(ChangeAction.Add));
        Fold(Some.Remove("ann@example.com"));

        _planner.Release(first);

        Assert.Empty(Take(ChangeAction.Add));
        Assert.Equal(first.Change, Assert.Single(Assert.Single(Take(ChangeAction.Remove)).Superseded.ToArray()));
    }

    [Fact]
    public void Members_who_share_half_of_a_pair_are_sent_one_after_the_other()
    {
        Fold(Some.Add("ann@example.com", "1"), Some.Add("anna@example.com", "1"), Some.Add("bob@example.com", "2"));

        var first = Take(ChangeAction.Add);
        Assert.Equal(["ann@example.com", "bob@example.com"], EmailsOf(first));
        Assert.Empty(Take(ChangeAction.Add));

        _planner.Complete(first[0]);
        Assert.Equal(["anna@example.com"], EmailsOf(Take(ChangeAction.Add)));
    }

    [Fact]
    public void A_pair_is_not_merged_across_another_one_between_them()
    {
        Fold(Some.Add("ann@example.com", "1"), Some.Remove("anna@example.com", "1"), Some.Add("ann@example.com", "1"));

        Assert.Equal((1, 0, 3), (_planner.ReadyAdds, _planner.ReadyRemoves, _planner.Open));
    }

    [Theory]
    [InlineData("UserId")]
    [InlineData("Email")]
    public void Members_who_share_only_what_does_not_identify_them_are_sent_together(string type)
    {
        var rule = Rule(type);
        Fold(rule, [.. Enumerable.Range(0, 10_000).Select(i => Member(type, $"{i}", "shared"))]);

        Assert.Equal([.. Enumerable.Repeat(1000, 10), 0], Enumerable.Range(0, 11).Select(_ => Take(ChangeAction.Add).Count));
    }

    [Theory]
    [InlineData("UserId")]
    [InlineData("Email")]
    public void The_later_change_replaces_the_earlier_whose_other_identifier_differs(string type)
    {
        var rule = Rule(type);
        Fold(rule, Member(type, "1", "a"), Member(type, "2", "a"), Member(type, "1", "b"), Member(type, "1", null));

        var nodes = Take(ChangeAction.Add);

        Assert.Equal([3, 1], nodes.Select(n => n.Change.Position));
        Assert.Equal([0, 2], nodes[0].Superseded.ToArray().Select(c => c.Position));
    }

    [Theory]
    [InlineData("UserId")]
    [InlineData("Email")]
    public void When_a_call_fails_a_later_change_with_another_second_identifier_replaces_the_earlier_one(string type)
    {
        Fold(Rule(type), Member(type, "1", "a"));
        var first = Assert.Single(Take(ChangeAction.Add));
        Fold(Rule(type), Member(type, "1", "b"));

        _planner.Release(first);

        var node = Assert.Single(Take(ChangeAction.Add));
        Assert.Equal((2, 1), (node.Change.Entry.Seq, Assert.Single(node.Superseded.ToArray()).Entry.Seq));
    }

    [Fact]
    public void In_an_email_project_a_change_by_user_id_alone_waits_for_all_members_with_it()
    {
        var rule = Rule("Email");
        Fold(rule, Some.Add("ann@example.com", "1"), Some.Add("bob@example.com", "1"), Some.Remove(customerId: "1"), Some.Add("ann@example.com", "1"));

        Assert.Empty(Take(ChangeAction.Remove));
        var adds = Take(ChangeAction.Add);
        Assert.Equal(["ann@example.com", "bob@example.com"], EmailsOf(adds));
        _planner.Complete(adds[0]);
        Assert.Empty(Take(ChangeAction.Remove));
        _planner.Complete(adds[1]);

        Assert.Empty(Take(ChangeAction.Add));
        _planner.Complete(Assert.Single(Take(ChangeAction.Remove)));
        Assert.Equal(["ann@example.com"], EmailsOf(Take(ChangeAction.Add)));
        Assert.Equal(1, _planner.Open);
    }

    [Theory]
    [InlineData("Email", "UserId")]
    [InlineData("UserId", "Email")]
    [InlineData("UserId", "Hybrid")]
    [InlineData("Hybrid", "UserId")]
    public void What_was_accepted_under_another_type_is_neither_overtaken_nor_replaced(string before, string after)
    {
        Fold(Rule(before), Some.Add("ann@example.com", "1"));
        Fold(Rule(after), Some.Remove("ann@example.com", "2"), Some.Remove("anna@example.com", "1"));

        var first = Assert.Single(Take(ChangeAction.Add));
        Assert.Empty(Take(ChangeAction.Remove));
        _planner.Complete(first);

        Assert.Equal(["ann@example.com", "anna@example.com"], EmailsOf(Take(ChangeAction.Remove)));
    }

    [Fact]
    public void Conflicting_members_share_calls_in_rounds()
    {
        var pairs = Enumerable.Range(0, 1000);
        Fold([.. pairs.SelectMany(i => new[] { Some.Add($"{i}@example.com", $"dad{i}"), Some.Add($"{i}@example.com", $"mum{i}") })]);

        foreach (var who in (string[])["dad", "mum"])
        {
            var round = Take(ChangeAction.Add);
            Assert.Equal(pairs.Select(i => $"{who}{i}"), round.Select(n => Some.Text(n.ReadMember().UserId)));
            foreach (var node in round) _planner.Complete(node);
        }
        Assert.Equal(0, _planner.Open);
    }

    [Fact]
    public void What_is_settled_or_late_is_left_out()
    {
        var outcomes = new byte[] { (byte)Outcome.Delivered, 0, 0, (byte)Outcome.Dropped };
        var changes = Some.Encoded(Some.Add("ann@example.com"), Some.Add("bob@example.com"), Some.Add("cyd@example.com"), Some.Add());

        _planner.Fold(new PlannedEntry(1, Some.Rule(), changes, outcomes), new HashSet<int> { 2 });

        Assert.Equal(["bob@example.com"], EmailsOf(Take(ChangeAction.Add)));
    }

    [Fact]
    public void A_call_holds_as_many_members_as_it_may()
    {
        Fold([.. Enumerable.Range(0, 2500).Select(i => Some.Add($"{i}@example.com"))]);

        Assert.Equal([1000, 1000, 500, 0], Enumerable.Range(0, 4).Select(_ => Take(ChangeAction.Add).Count));
    }

    [Fact]
    public void A_call_holds_as_many_bytes_as_it_may()
    {
        Fold([.. Enumerable.Range(0, 10).Select(i => Some.Add($"{i}@example.com"))]);
        var one = 100;

        var call = _planner.TakeCall(ChangeAction.Add, new(1000, (3 * one) + 99), new(_ => one, _ => one))!;

        Assert.Equal(3, call.Nodes.Count);
        Assert.Equal(7, _planner.ReadyAdds);
    }

    [Fact]
    public void A_member_larger_than_any_call_is_sent_alone()
    {
        Fold(Some.Add("ann@example.com"), Some.Add("bob@example.com"));

        Assert.Single(_planner.TakeCall(ChangeAction.Add, new(1000, 10), new(_ => 100, _ => 100))!.Nodes);
        Assert.Single(_planner.TakeCall(ChangeAction.Add, new(1000, 10), new(_ => 100, _ => 100))!.Nodes);
    }

    [Fact]
    public void A_member_that_is_not_in_a_call_cannot_be_released_from_one()
    {
        Fold(Some.Add("ann@example.com"));
        var node = Assert.Single(Take(ChangeAction.Add));
        _planner.Complete(node);

        Assert.Throws<InvalidOperationException>(() => _planner.Complete(node));
        Assert.Throws<InvalidOperationException>(() => _planner.Release(node));
    }

    [Fact]
    public void A_change_cannot_be_settled_twice()
    {
        var entry = Some.Entry(1, Some.Rule(), Some.Add("ann@example.com"));
        entry.Settle(0, Outcome.Delivered);

        Assert.Throws<InvalidOperationException>(() => entry.Settle(0, Outcome.Superseded));
    }

    /// <summary>What is said with a call is the same for all in it; those with other settings keep their places for a call of their own.</summary>
    [Fact]
    public void Members_with_other_settings_go_in_calls_of_their_own_and_keep_their_order()
    {
        var existingOnly = CallSettings.Default with { UpdateExistingUsersOnly = true };
        foreach (var (email, settings) in new[] { ("a", null), ("b", existingOnly), ("c", null), ("d", existingOnly), ("e", null) })
            _planner.Fold(Entry(settings, Some.Add($"{email}@example.com")));

        var first = Take(ChangeAction.Add);
        var second = Take(ChangeAction.Add);

        Assert.Equal(["a@example.com", "c@example.com", "e@example.com"], EmailsOf(first));
        Assert.Equal(["b@example.com", "d@example.com"], EmailsOf(second));
        Assert.Empty(Take(ChangeAction.Add));
    }

    [Fact]
    public void A_call_is_closed_once_many_calls_worth_of_other_settings_were_passed_over()
    {
        var limits = new CallLimits(2, int.MaxValue);
        _planner.Fold(Entry(null, Some.Add("first@example.com")));
        _planner.Fold(Entry(CallSettings.Default, [.. Enumerable.Range(0, 30).Select(i => Some.Add($"{i:00}@example.com"))]));
        _planner.Fold(Entry(null, Some.Add("last@example.com")));

        var calls = new List<string[]>();
        while (_planner.TakeCall(ChangeAction.Add, limits, Calls.Lengths) is { } call) calls.Add([.. EmailsOf(call.Nodes)]);

        Assert.Equal(["first@example.com"], calls[0]);
        Assert.Equal(2, calls[1].Length);
        Assert.Equal(32, calls.SelectMany(c => c).Distinct().Count());
        Assert.Equal(32, calls.Sum(c => c.Length));
    }

    [Fact]
    public void All_who_are_ready_are_the_removes_and_the_adds_without_those_in_a_call()
    {
        Fold(Some.Add("a@example.com"), Some.Remove("b@example.com"));
        Take(ChangeAction.Add);
        Fold(Some.Add("c@example.com"), Some.Remove("c@example.com"), Some.Add("d@example.com"));

        Assert.Equal(["b@example.com", "c@example.com", "d@example.com"], EmailsOf(_planner.AllReady()).Distinct());
    }

    /// <summary>The bound must hold for what is worst in JSON: every byte of an identifier becomes six.</summary>
    [Theory]
    [InlineData(1000, 1, 1)]
    [InlineData(1, 1000, 1)]
    [InlineData(1, 1, 1000)]
    public void The_cheap_bound_of_a_length_is_never_below_the_close_one(int email, int customerId, int mpid)
    {
        static string Worst(int length) => new('\u0001', length);
        foreach (var rule in new[] { Some.Rule(), Some.Rule(identity: IdentityRule.Mpid), Some.Rule(ProjectType.UserId) })
        {
            var planner = new CallPlanner();
            planner.Fold(Some.Entry(1, rule, Some.Add($"{Worst(email)}@example.com", Worst(customerId), Worst(mpid))));
            var node = Assert.Single(planner.TakeCall(ChangeAction.Add, Calls.Limits, Calls.Lengths)!.Nodes);

            Assert.InRange(Calls.Lengths.Bound(node), 1, Calls.Lengths.AtMost(node));
        }
    }

    private static PlannedEntry Entry(CallSettings? settings, params Change[] changes) =>
        new(1, Some.Rule(), Some.Encoded(changes), new byte[changes.Length]) { Settings = settings };

    private void Fold(params Change[] changes) => Fold(Some.Rule(), changes);

    private void Fold(MappingRule rule, params Change[] changes) => _planner.Fold(Some.Entry(++_seq, rule, changes));

    private static MappingRule Rule(string type) => Some.Rule(Enum.Parse<ProjectType>(type), IdentityRule.AsGiven);

    /// <summary>An add of somebody with the identifier that identifies in such a project, and another one.</summary>
    private static Change Member(string type, string identifying, string? other) => type == "UserId"
        ? Some.Add(other is null ? null : $"{other}@example.com", identifying)
        : Some.Add($"{identifying}@example.com", other);

    private IReadOnlyList<MemberNode> Take(ChangeAction action) => _planner.TakeCall(action, Calls.Limits, Calls.Lengths)?.Nodes ?? [];

    private static IEnumerable<string> EmailsOf(IEnumerable<MemberNode> nodes) => nodes.Select(n => Some.Text(n.ReadMember().Email));
}
