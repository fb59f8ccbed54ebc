using CsCheck;
using IterableForwarder.Changes;
using IterableForwarder.Delivery.Bisection;
using IterableForwarder.Delivery.Calls;
using IterableForwarder.Planning;
using IterableForwarder.Tests.Changes;

namespace IterableForwarder.Tests.Delivery;

public sealed class BisectionTests
{
    private static readonly Refusal Bad = new(Reasons.Refused, "BadParams", "no");

    private static readonly Refusal BadData = new(Reasons.InvalidData, "RequestFieldsTypesMismatched", "no");

    [Fact]
    public void One_rejected_member_among_a_thousand_is_found_by_bisection() => Gen.Select(Gen.Int[0, 999], Gen.Int[1, 4]).Sample(
        (bad, together) =>
        {
            var search = Search.Run(1000, i => i == bad ? Bad : null, together);

            Assert.Equal([bad], search.Rejected);
            Assert.Equal(999, search.Delivered.Count);
            Assert.InRange(search.Calls, 1, (2 * Math.Log2(1000)) + 5);
        },
        iter: 100);

    [Fact]
    public void Several_rejected_members_are_found_and_nobody_else_is_rejected() =>
        Gen.Select(Gen.Int[4, 1000], Gen.Int[0, 999].Array[1, 12], Gen.Int[1, 4]).Sample(
            (size, places, together) =>
            {
                var bad = places.Select(p => p % size).Distinct().Order().ToArray();
                var search = Search.Run(size, i => bad.Contains(i) ? Bad with { Message = $"no {i}" } : null, together);

                Assert.False(search.IsHeld);
                Assert.Equal(bad, search.Rejected);
                Assert.Equal(size - bad.Length, search.Delivered.Count);
                Assert.InRange(search.Calls, 1, (bad.Length * 2 * Math.Ceiling(Math.Log2(size))) + 5);
            },
            iter: 100);

    [Fact]
    public void A_request_refused_for_its_own_sake_is_recognized_with_few_calls_and_rejects_nobody() => Gen.Select(Gen.Int[4, 1000], Gen.Int[1, 4]).Sample(
        (size, together) =>
        {
            var search = Search.Run(size, _ => Bad, together);

            Assert.True(search.IsHeld);
            Assert.Empty(search.Rejected);
            Assert.Empty(search.Delivered);
            Assert.Equal(size, search.Released.Count);
            Assert.InRange(search.Calls, 4, (4 * Math.Ceiling(Math.Log2(size))) + 5);
        },
        iter: 100);

    [Fact]
    public void Members_who_are_all_refused_with_their_own_messages_are_all_rejected() => Gen.Int[4, 100].Sample(
        size =>
        {
            var search = Search.Run(size, i => Bad with { Message = $"no {i}" });

            Assert.False(search.IsHeld);
            Assert.Equal(Enumerable.Range(0, size), search.Rejected);
        },
        iter: 50);

    [Theory]
    [InlineData(Reasons.Invalid)]
    [InlineData(Reasons.Forgotten)]
    [InlineData(Reasons.InvalidData)]
    public void Members_who_are_all_refused_with_a_code_about_members_are_all_rejected(string reason)
    {
        var search = Search.Run(8, _ => Bad with { Reason = reason });

        Assert.False(search.IsHeld);
        Assert.Equal(8, search.Rejected.Count);
    }

    [Fact]
    public void When_the_request_is_known_to_be_valid_the_same_message_for_all_rejects_all()
    {
        var search = Search.Run(100, _ => Bad, requestIsSound: true);

        Assert.False(search.IsHeld);
        Assert.Equal(100, search.Rejected.Count);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Too_few_members_to_ask_from_every_quarter_are_judged_one_by_one(int size) => Assert.Equal(size, Search.Run(size, _ => Bad).Rejected.Count);

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("Code", null, "Code")]
    [InlineData(null, "Words.", "Words.")]
    [InlineData("Code", "Words.", "Code: Words.")]
    public void A_rejection_is_kept_in_the_words_of_Iterable(string? code, string? message, string? detail) =>
        Assert.Equal(detail, new Refusal(Reasons.Refused, code, message).Detail);

    [Fact]
    public void Rejected_members_whom_Iterable_named_are_separated_from_the_others_at_once() => Gen.Select(Gen.Int[2, 1000], Gen.Int[0, 999], Gen.Int[1, 4]).Sample(
        (size, place, together) =>
        {
            var bad = place % size;
            var search = Search.Run(size, i => i == bad ? BadData : null, together, isNamed: i => i == bad);

            Assert.Equal([bad], search.Rejected);
            Assert.Equal(size - 1, search.Delivered.Count);
            Assert.Equal(2, search.Calls);
        },
        iter: 100);

    [Fact]
    public void Several_rejected_members_whom_Iterable_named_cost_only_their_own_calls() => Gen.Select(Gen.Int[100, 1000], Gen.Int[0, 999].Array[1, 12], Gen.Int[1, 4]).Sample(
        (size, places, together) =>
        {
            var bad = places.Select(p => p % size).Distinct().Order().ToArray();
            var search = Search.Run(size, i => bad.Contains(i) ? BadData : null, together, isNamed: bad.Contains);

            Assert.Equal(bad, search.Rejected);
            Assert.Equal(size - bad.Length, search.Delivered.Count);
            Assert.Equal(2 * bad.Length, search.Calls);
        },
        iter: 100);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Naming_nobody_or_everybody_bisects_by_halves(bool isEverybodyNamed)
    {
        var (named, unnamed) = (Search.Run(1000, i => i == 617 ? BadData : null, isNamed: _ => isEverybodyNamed), Search.Run(1000, i => i == 617 ? BadData : null));

        Assert.Equal([617], named.Rejected);
        Assert.Equal(999, named.Delivered.Count);
        Assert.Equal(unnamed.Calls, named.Calls);
    }

    [Fact]
    public void Naming_the_wrong_members_rejects_no_valid_member() => Gen.Select(Gen.Int[4, 300], Gen.Int[0, 299].Array[1, 5], Gen.Int[0, 299].Array[1, 50], Gen.Int[1, 4]).Sample(
        (size, places, others, together) =>
        {
            var bad = places.Select(p => p % size).Distinct().Order().ToArray();
            var named = others.Select(p => p % size).ToHashSet();
            var search = Search.Run(size, i => bad.Contains(i) ? Bad with { Message = $"no {i}" } : null, together, isNamed: named.Contains);

            Assert.False(search.IsHeld);
            Assert.Equal(bad, search.Rejected);
            Assert.Equal(size - bad.Length, search.Delivered.Count);
        },
        iter: 100);

    [Fact]
    public void A_request_refused_for_its_own_sake_is_recognized_whichever_members_are_named() => Gen.Select(Gen.Int[4, 300], Gen.Int[0, 299].Array[1, 50]).Sample(
        (size, others) =>
        {
            var named = others.Select(p => p % size).ToHashSet();
            var search = Search.Run(size, _ => Bad, isNamed: named.Contains);

            Assert.True(search.IsHeld);
            Assert.Empty(search.Rejected);
            Assert.Equal(size, search.Released.Count);
        },
        iter: 100);

    [Fact]
    public void Whatever_answers_are_lost_everybody_is_delivered_or_rejected_or_waits_for_another_call() =>
        Gen.Select(Gen.Int[1, 300], Gen.Int[0, 299].Array[0, 5], Gen.Int[0, 20].Array[1, 5], Gen.Int[1, 4]).Sample(
            (size, places, lost, together) =>
            {
                var bad = places.Select(p => p % size).ToHashSet();
                var search = Search.Run(size, i => bad.Contains(i) ? Bad with { Message = $"no {i}" } : null, together, isLost: lost.Contains);

                Assert.Equal(size, search.Delivered.Count + search.Rejected.Count + search.Released.Count);
                Assert.Subset(bad, search.Rejected.ToHashSet());
                Assert.Empty(search.Delivered.Intersect(bad));
            },
            iter: 200);

    /// <summary>A lost answer may have been that of a call that went through: then the refusals of others prove nothing against the request or its members.</summary>
    [Fact]
    public void A_search_that_lost_an_answer_and_in_which_nothing_went_through_judges_nobody() => Gen.Select(Gen.Int[1, 300], Gen.Int[0, 12], Gen.Int[1, 4], Gen.Bool).Sample(
        (size, lost, together, inSameWords) =>
        {
            var search = Search.Run(size, i => inSameWords ? Bad : Bad with { Message = $"no {i}" }, together, isLost: call => call == lost);

            if (search.Calls <= lost || search.IsHeld) return;
            Assert.Empty(search.Rejected);
            Assert.Equal(size, search.Released.Count);
        },
        iter: 200);

    [Fact]
    public void Losing_an_answer_is_never_a_refusal_of_the_request()
    {
        for (var lost = 0; lost < 4; lost++)
        {
            var at = lost;
            Assert.False(Search.Run(8, i => Bad with { Message = $"no {i}" }, isLost: call => call == at).IsHeld);
        }
    }

    /// <summary>A bisection against an Iterable that refuses a call when one of its members is bad.</summary>
    private sealed class Search(CallPlanner planner, Dictionary<MemberNode, int> indexes, Func<int, Refusal?> refusalOf, Func<int, bool>? isNamed)
    {
        private readonly List<BisectionPart> _inFlight = [];

        private Func<MemberNode, bool>? IsNamed => isNamed is null ? null : node => isNamed(indexes[node]);

        public int Calls { get; private set; }

        public bool IsHeld { get; private set; }

        public SortedSet<int> Rejected { get; } = [];

        public SortedSet<int> Delivered { get; } = [];

        public SortedSet<int> Released { get; } = [];

        public static Search Run(int size, Func<int, Refusal?> refusalOf, int together = 1, bool requestIsSound = false, Func<int, bool>? isNamed = null, Func<int, bool>? isLost = null)
        {
            var planner = new CallPlanner();
            planner.Fold(Some.Entry(1, Some.Rule(), [.. Enumerable.Range(0, size).Select(i => Some.Add($"{i}@example.com"))]));
            var call = planner.TakeCall(ChangeAction.Add, CallKinds.Of(ChangeKind.Membership).Limits, CallKinds.Of(ChangeKind.Membership).Lengths)!;
            var search = new Search(planner, call.Nodes.Select((n, i) => (n, i)).ToDictionary(p => p.n, p => p.i), refusalOf, isNamed);
            search.Run(new MemberBisection(call, requestIsSound, search.IsNamed), together, isLost ?? (_ => false));
            return search;
        }

        private void Run(MemberBisection bisection, int together, Func<int, bool> isLost)
        {
            while (!bisection.IsDone)
            {
                while (bisection.HasWaiting && _inFlight.Count < together) _inFlight.Add(bisection.Next());
                var part = _inFlight[^1];
                _inFlight.Remove(part);
                var result = isLost(Calls++) ? PartResult.Lost.Instance : AnswerOf(part);
                if (result is PartResult.WentThrough) Settle(Delivered, part.Call.Nodes);
                Apply(bisection.Answer(part, result));
                if (result is PartResult.WentThrough) Assert.True(bisection.RequestIsSound);
            }
        }

        private PartResult AnswerOf(BisectionPart part) =>
            part.Call.Nodes.Select(n => refusalOf(indexes[n])).FirstOrDefault(r => r is not null) is { } refusal
                ? new PartResult.Refused(refusal, IsNamed)
                : PartResult.WentThrough.Instance;

        private void Apply(BisectionStep step)
        {
            IsHeld |= step.RequestIsRefused;
            Settle(Rejected, step.Rejected.Select(r => r.Node));
            foreach (var node in step.Released)
            {
                Assert.True(Released.Add(indexes[node]));
                planner.Release(node);
            }
        }

        private void Settle(SortedSet<int> into, IEnumerable<MemberNode> nodes)
        {
            foreach (var node in nodes)
            {
                Assert.True(into.Add(indexes[node]));
                planner.Complete(node);
            }
        }
    }
}
