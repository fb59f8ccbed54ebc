using System.Buffers;
using System.Text.Json;
using IterableForwarder.Changes;
using IterableForwarder.Delivery.Calls;
using IterableForwarder.Mapping;
using IterableForwarder.Planning;
using IterableForwarder.Tests.Changes;

namespace IterableForwarder.Tests.Planning;

/// <summary>
/// Runs a program against the planner and against the plainest account there could be of what it owes: every change in order of
/// acceptance, what became of each, and a list that believes every call.
/// </summary>
internal sealed class PlannerModel
{
    private static readonly ICallKind Calls = CallKinds.Of(ChangeKind.Membership);
    private static readonly CallTarget Target = new(1, CallSettings.Default, false);

    private readonly CallPlanner _planner = new();
    private readonly List<PlannedEntry> _entries = [];
    private readonly List<List<int>> _indexes = [];
    private readonly List<(ModelChange Change, Outcome Outcome)> _changes = [];
    private readonly List<PlannedCall> _inFlight = [];

    /// <summary>The changes that Iterable has taken, in this order.</summary>
    private readonly List<int> _landed = [];

    public static void Run(ProgramStep[] program)
    {
        var model = new PlannerModel();
        foreach (var step in program) model.Run(step);
        model.SendAllThatIsLeft();
        model.AssertAllIsSettled();
        model.AssertTheListSaysWhatWasSaidLast();
    }

    private void Run(ProgramStep step)
    {
        switch (step)
        {
            case ProgramStep.Fold fold:
                Fold(fold.Type, fold.Changes);
                break;
            case ProgramStep.Take take:
                Take(take.Action, new(take.Members, take.Bytes));
                break;
            case ProgramStep.Answer answer when _inFlight.Count > 0:
                Answer(_inFlight[answer.Call % _inFlight.Count], answer.Failed, answer.Landed);
                break;
        }
        AssertNobodyIsInTwoCalls();
    }

    private void Fold(ProjectType type, ProgramChange[] changes)
    {
        var rule = Some.Rule(type, IdentityRule.AsGiven, new("f1", "f1"), new AttributeMapping("f2", "f2"));
        var entry = Some.Entry(_entries.Count, rule, [.. changes.Select(Said)]);
        _indexes.Add([.. changes.Select((_, i) => _changes.Count + i)]);
        _entries.Add(entry);
        _changes.AddRange(changes.Select(c => (new ModelChange(type, c), Outcome.Pending)));
        _planner.Fold(entry);
    }

    private void Take(ChangeAction action, CallLimits limits)
    {
        var ready = _planner.ReadyFor(action);
        var call = _planner.TakeCall(action, limits, Calls.Lengths);
        Assert.Equal(ready > 0, call is not null);
        if (call is null) return;
        Assert.Equal(ready - call.Nodes.Count, _planner.ReadyFor(action));
        Assert.InRange(call.Nodes.Count, 1, limits.Members);
        Assert.True(call.Nodes.Count == 1 || call.Nodes.Sum(Calls.Lengths.Bound) <= limits.Bytes);
        foreach (var node in call.Nodes) AssertMayGo(node, action);
        AssertFieldsAreMerged(call);
        _inFlight.Add(call);
    }

    private void Answer(PlannedCall call, int failed, int landed)
    {
        _inFlight.Remove(call);
        for (var i = 0; i < call.Nodes.Count; i++)
        {
            var node = call.Nodes[i];
            var hasFailed = (failed >> i & 1) == 1;
            if (!hasFailed || (landed >> i & 1) == 1) _landed.Add(IndexOf(node.Change));
            if (hasFailed) _planner.Release(node);
            else Complete(node);
        }
    }

    private void Complete(MemberNode node)
    {
        foreach (var earlier in node.Superseded) Settle(earlier, Outcome.Superseded);
        Settle(node.Change, Outcome.Delivered);
        _planner.Complete(node);
    }

    private void Settle(ChangeReference change, Outcome outcome)
    {
        change.Entry.Settle(change.Position, outcome);
        _changes[IndexOf(change)] = (_changes[IndexOf(change)].Change, outcome);
    }

    private void SendAllThatIsLeft()
    {
        while (_inFlight.Count > 0) Answer(_inFlight[0], failed: 0, landed: 0);
        while (_planner.Open > 0)
        {
            Assert.True(_planner.ReadyAdds + _planner.ReadyRemoves > 0, "members are open, none is in flight and none is ready");
            Take(_planner.ReadyAdds > 0 ? ChangeAction.Add : ChangeAction.Remove, Calls.Limits);
            Answer(_inFlight[0], failed: 0, landed: 0);
        }
    }

    /// <summary>Whatever came before it of the same member is settled, or made needless by it.</summary>
    private void AssertMayGo(MemberNode node, ChangeAction action)
    {
        Assert.Equal(action, node.Action);
        var index = IndexOf(node.Change);
        var said = _changes[index].Change;
        Assert.Equal((said.Said.Action, Outcome.Pending), (action, _changes[index].Outcome));
        var needless = node.Superseded.ToArray().Select(IndexOf).ToList();
        Assert.Equal(needless.Order(), needless);
        for (var earlier = 0; earlier < index; earlier++)
        {
            var (other, outcome) = _changes[earlier];
            if (outcome == Outcome.Pending && said.IsSameMemberAs(other)) Assert.Contains(earlier, needless);
        }
        Assert.All(needless, i => Assert.True(i < index && _changes[i].Outcome == Outcome.Pending && said.MayReplace(_changes[i].Change)));
    }

    private void AssertFieldsAreMerged(PlannedCall call)
    {
        if (call.Action != ChangeAction.Add) return;
        var output = new ArrayBufferWriter<byte>();
        Calls.Build(call, Target).WriteBody(output);
        var members = JsonDocument.Parse(output.WrittenMemory).RootElement.GetProperty("subscribers").EnumerateArray().ToArray();
        for (var i = 0; i < call.Nodes.Count; i++)
        {
            var index = IndexOf(call.Nodes[i].Change);
            var expected = new Dictionary<string, int>();
            for (var earlier = 0; earlier <= index; earlier++)
            {
                var (change, outcome) = _changes[earlier];
                var counts = change.Said is { Action: ChangeAction.Add, Field: > 0 } && outcome == Outcome.Pending && _changes[index].Change.MayReplace(change);
                if (counts) expected[$"f{change.Said.Field}"] = earlier;
            }
            var sent = members[i].TryGetProperty("dataFields", out var fields) ? fields.Deserialize<Dictionary<string, int>>()! : [];
            Assert.Equal(expected.OrderBy(f => f.Key), sent.OrderBy(f => f.Key));
        }
    }

    private void AssertNobodyIsInTwoCalls()
    {
        var sent = _inFlight.SelectMany(c => c.Nodes).Select(n => _changes[IndexOf(n.Change)].Change).ToArray();
        for (var i = 0; i < sent.Length; i++)
        {
            for (var other = 0; other < i; other++) Assert.False(sent[i].IsSameMemberAs(sent[other]), $"{sent[i]} and {sent[other]} are in flight together");
        }
    }

    private void AssertAllIsSettled()
    {
        Assert.Equal((0, 0, 0), (_planner.Open, _planner.ReadyAdds, _planner.ReadyRemoves));
        Assert.All(_entries, e => Assert.Equal(0, e.Pending));
        for (var i = 0; i < _changes.Count; i++)
        {
            if (_changes[i].Outcome == Outcome.Delivered) continue;
            Assert.Equal(Outcome.Superseded, _changes[i].Outcome);
            Assert.Contains(_changes.Skip(i + 1), later => later.Outcome == Outcome.Delivered && later.Change.MayReplace(_changes[i].Change));
        }
    }

    private void AssertTheListSaysWhatWasSaidLast()
    {
        for (var i = 0; i < _changes.Count; i++)
        {
            var last = _changes[i].Change;
            if (_changes.Skip(i + 1).Any(later => later.Change.MayReplace(last))) continue;
            var landed = _changes[_landed.FindLast(l => l == i || last.MayReplace(_changes[l].Change))].Change;
            Assert.Equal(last.Said.Action, landed.Said.Action);
        }
    }

    private int IndexOf(ChangeReference change) => _indexes[(int)change.Entry.Seq][change.Position];

    /// <summary>Its fields hold its place in the order, so that the winner shows.</summary>
    private Change Said(ProgramChange change, int position) => Some.Change(
        change.Action,
        change.Email > 0 ? $"e{change.Email}@example.com" : null,
        change.UserId > 0 ? $"u{change.UserId}" : null,
        attributes: change.Field > 0 ? $$"""{"f{{change.Field}}":{{_changes.Count + position}}}""" : null);

    /// <summary>A change, and the type that the project had when it was accepted: who it is about, in the words of docs/guarantees.md.</summary>
    private sealed record ModelChange(ProjectType Type, ProgramChange Said)
    {
        private bool EmailIdentifies => Said.Email > 0 && (Type != ProjectType.UserId || Said.UserId == 0);

        private bool UserIdIdentifies => Said.UserId > 0 && (Type != ProjectType.Email || Said.Email == 0);

        /// <summary>They share an identifier that identifies one of them.</summary>
        public bool IsSameMemberAs(ModelChange other) =>
            (Said.Email == other.Said.Email && (EmailIdentifies || other.EmailIdentifies))
            || (Said.UserId == other.Said.UserId && (UserIdIdentifies || other.UserIdIdentifies));

        /// <summary>They are the same pair, or differ only in what both merely carry.</summary>
        public bool MayReplace(ModelChange other) =>
            (Said.Email, Said.UserId) == (other.Said.Email, other.Said.UserId)
            || (Type == other.Type && Type == ProjectType.Email && Said.Email > 0 && Said.Email == other.Said.Email)
            || (Type == other.Type && Type == ProjectType.UserId && Said.UserId > 0 && Said.UserId == other.Said.UserId);
    }
}
