using Iterable.Client.Results;
using IterableForwarder.Delivery.Answers;

namespace IterableForwarder.Tests.Delivery;

/// <summary>The table of answers in docs/guarantees.md: a case for each of its lines.</summary>
public sealed class AnswerPolicyTests
{
    private static readonly TimeSpan Max = TimeSpan.FromMinutes(10);
    private static readonly AnswerFacts OfList = new() { IsOfList = true, MaxRetryAfter = Max };

    [Fact]
    public void Processed_settles_the_members_and_ends_their_hold() =>
        Expect(Decide(CallResultKind.Processed), MemberStep.Settle, KeyStep.Works, HoldStep.End, WaitStep.Clear);

    [Fact]
    public void A_refused_request_is_bisected() =>
        Expect(Decide(CallResultKind.RequestRefused, status: 400), MemberStep.Bisect, KeyStep.Works, HoldStep.End, WaitStep.Clear);

    [Fact]
    public void A_request_refused_with_the_reason_of_the_hold_keeps_the_hold() => Expect(
        Decide(CallResultKind.RequestRefused, OfList with { IsHeldInTheseWords = true }, 400), MemberStep.Release, KeyStep.Works, HoldStep.Keep, WaitStep.Clear);

    [Fact]
    public void Too_large_is_sent_in_halves() => Expect(Decide(CallResultKind.TooLarge, status: 413), MemberStep.Halve, KeyStep.Works, HoldStep.None, WaitStep.None);

    [Fact]
    public void A_missing_list_is_held() => Expect(Decide(CallResultKind.ListNotFound, status: 400), MemberStep.Release, KeyStep.Works, HoldStep.List, WaitStep.None);

    [Fact]
    public void Delivery_waits_for_a_list_that_was_just_created() => Expect(
        Decide(CallResultKind.ListNotFound, OfList with { IsNewList = true, IsListByName = true }, 400), MemberStep.Release, KeyStep.Works, HoldStep.None, WaitStep.BackOff);

    [Fact]
    public void A_missing_list_of_a_name_is_searched_again() => Expect(
        Decide(CallResultKind.ListNotFound, OfList with { IsListByName = true }, 404), MemberStep.Release, KeyStep.Works, HoldStep.FindListAgain, WaitStep.None);

    [Fact]
    public void A_refused_key_holds_the_project() =>
        Expect(Decide(CallResultKind.CredentialsRejected, status: 401), MemberStep.Release, KeyStep.Refused, HoldStep.ProjectCredentials, WaitStep.None);

    [Theory]
    [InlineData(CallResultKind.CredentialsRejected)]
    [InlineData(CallResultKind.Forbidden)]
    public void An_answer_about_the_former_key_holds_nothing(CallResultKind kind) =>
        Expect(Decide(kind, OfList with { HasNewKey = true }, 401), MemberStep.Release, KeyStep.Unknown, HoldStep.None, WaitStep.None);

    [Fact]
    public void A_key_that_may_not_use_lists_holds_the_project_for_them() =>
        Expect(Decide(CallResultKind.Forbidden, status: 403), MemberStep.Release, KeyStep.Refused, HoldStep.ProjectForbidden, WaitStep.None);

    [Fact]
    public void A_key_that_may_not_send_events_holds_only_events() =>
        Expect(Decide(CallResultKind.Forbidden, OfList with { IsOfList = false }, 403), MemberStep.Release, KeyStep.Works, HoldStep.Forbidden, WaitStep.None);

    [Fact]
    public void Too_many_requests_slow_the_class_down()
    {
        var decision = Decide(CallResultKind.RateLimited, status: 429);

        Expect(decision, MemberStep.Release, KeyStep.Unknown, HoldStep.None, WaitStep.SlowDown);
        Assert.False(decision.GotThrough);
    }

    [Fact]
    public void A_call_that_was_not_sent_proves_nothing() => Expect(
        AnswerPolicy.Decide(new() { Kind = CallResultKind.RateLimited, Attempts = 0 }, OfList), MemberStep.Release, KeyStep.Unknown, HoldStep.None, WaitStep.None);

    [Theory]
    [InlineData(503)]
    [InlineData(200)]
    [InlineData(null)]
    public void Anything_else_waits(int? status)
    {
        var decision = Decide(CallResultKind.Unavailable, status: status);

        Expect(decision, MemberStep.Release, KeyStep.Unknown, HoldStep.None, WaitStep.BackOff);
        Assert.Equal(status is not null, decision.GotThrough);
    }

    [Theory]
    [InlineData(CallResultKind.Unavailable)]
    [InlineData(CallResultKind.ListNotFound)]
    public void Calls_in_flight_together_fail_once(CallResultKind kind) =>
        Assert.Equal(WaitStep.None, Decide(kind, OfList with { IsKnownFailure = true, IsNewList = true }, 503).Wait);

    [Theory]
    [InlineData(CallResultKind.Unavailable, 30, 30, false)]
    [InlineData(CallResultKind.Unavailable, 600, 600, false)]
    [InlineData(CallResultKind.Unavailable, 7200, 600, true)]
    [InlineData(CallResultKind.RateLimited, 86_400, 600, true)]
    public void A_wait_is_as_long_as_Iterable_asks_and_at_most_the_maximum(CallResultKind kind, int asked, int expected, bool isCut)
    {
        var decision = AnswerPolicy.Decide(new() { Kind = kind, StatusCode = 503, RetryAfter = TimeSpan.FromSeconds(asked) }, OfList);

        Assert.Equal((TimeSpan.FromSeconds(expected), isCut), (decision.RetryAfter, decision.IsRetryAfterCut));
    }

    [Fact]
    public void Every_kind_of_result_has_its_decision() => Assert.All(Enum.GetValues<CallResultKind>(), kind => Decide(kind));

    private static AnswerDecision Decide(CallResultKind kind, AnswerFacts? facts = null, int? status = 200) =>
        AnswerPolicy.Decide(new() { Kind = kind, StatusCode = status }, facts ?? OfList);

    private static void Expect(AnswerDecision decision, MemberStep members, KeyStep key, HoldStep hold, WaitStep wait) =>
        Assert.Equal((members, key, hold, wait), (decision.Members, decision.Key, decision.Hold, decision.Wait));
}
