using Iterable.Client.Requests;
using Iterable.Client.Results;
using Iterable.Client.Tests.Support;

namespace Iterable.Client.Tests.Answers;

public sealed class ProcessedAnswerTests
{
    private static readonly SubscribeRequest Three = Some.Subscribe(
        Member.Of("a@example.com", "A"), Member.Of("b@example.com", "B"), Member.Of(null, "C"));

    [Theory]
    [InlineData("""{"successCount":3}""")]
    [InlineData("""{"msg":"","code":"Success","successCount":3.0}""")]
    [InlineData("""{"successCount":3,"failCount":0,"createdFields":[],"filteredOutFields":[],"invalidEmails":[],"invalidUserIds":[],"failedUpdates":{"invalidEmails":[],"invalidUserIds":[],"notFoundEmails":[],"notFoundUserIds":[],"invalidDataEmails":[],"invalidDataUserIds":[],"conflictEmails":[],"conflictUserIds":[],"forgottenEmails":[],"forgottenUserIds":[]}}""")]
    [InlineData("""{"successCount":3,"failCount":null,"failedUpdates":null,"invalidEmails":null,"disallowedEventNames":null}""")]
    [InlineData("""{"successCount":3,"failedUpdates":[],"invalidEmails":"a@example.com","invalidUserIds":{}}""")]
    public void A_success_without_a_counted_or_named_failure_means_that_nothing_failed(string body)
    {
        foreach (var request in (BulkRequest[])[Three, Some.Subscribe()])
        {
            var result = Classified.Of(200, body, request);
            Assert.Equal((CallResultKind.Processed, 200, 0), (result.Kind, result.StatusCode, result.UnnamedFailures));
            Assert.Empty(result.Failures);
        }
    }

    [Theory]
    [MemberData(nameof(NoAnswers.OfNobody), MemberType = typeof(NoAnswers))]
    public void A_2xx_without_the_result_of_the_members_does_not_count_as_an_answer(string body)
    {
        var result = Classified.Of(200, body, Three);

        Assert.Equal((CallResultKind.Unavailable, 200, ErrorCodes.NotAnAnswer), (result.Kind, result.StatusCode, result.Code));
    }

    [Theory]
    [InlineData("failedUpdates")]
    [InlineData("")]
    public void An_answer_that_names_far_more_members_than_were_sent_does_not_count_as_an_answer(string parent)
    {
        var request = Some.Subscribe([.. Enumerable.Range(0, 60).Select(i => Member.Of($"m{i}@example.com"))]);

        Assert.Equal(CallResultKind.Processed, Classified.Of(200, Naming(120), request).Kind);
        Assert.Equal(ErrorCodes.NotAnAnswer, Classified.Of(200, Naming(121), request).Code);

        string Naming(int count)
        {
            var names = $"\"invalidEmails\":[{string.Join(',', Enumerable.Range(0, count).Select(i => $"\"m{i % 60}@example.com\""))}]";
            return $"{{\"successCount\":0,\"failCount\":60,{(parent.Length == 0 ? names : $"\"{parent}\":{{{names}}}")}}}";
        }
    }

    [Theory]
    [InlineData("""{"successCount":0,"failCount":0}""")]
    [InlineData("""{"successCount":0}""")]
    public void A_call_that_skips_unknown_users_may_count_none(string body)
    {
        var request = new SubscribeRequest(7, [Member.Of("a@example.com"), Member.Of("b@example.com")], UpdateExistingUsersOnly: true);

        Assert.Equal(CallResultKind.Processed, Classified.Of(200, body, request).Kind);
    }

    [Theory]
    [InlineData("""{"successCount":3,"failCount":0}""", null)]
    [InlineData("""{"successCount":1,"failCount":2}""", null)]
    [InlineData("""{"successCount":2,"failCount":0}""", "Iterable answered for 2 of 3 members of a call.")]
    [InlineData("""{"successCount":0,"failCount":1,"failedUpdates":{"invalidEmails":["a@example.com"]}}""", "Iterable answered for 1 of 3 members of a call.")]
    [InlineData("""{"failedUpdates":{"invalidEmails":["a@example.com"]}}""", "Iterable answered for 1 of 3 members of a call.")]
    public void Counts_that_add_up_to_less_than_was_sent_are_reported(string body, string? sentence)
    {
        var result = Classified.Of(200, body, Three);

        Assert.Equal((CallResultKind.Processed, sentence), (result.Kind, result.CountsShort));
    }

    [Theory]
    [MemberData(nameof(NoAnswers.NotObjects), MemberType = typeof(NoAnswers))]
    public void A_2xx_that_is_not_a_JSON_object_does_not_count_as_an_answer(string body)
    {
        foreach (int status in (int[])[200, 202, 204])
        {
            var result = Classified.Of(status, body);
            Assert.Equal((CallResultKind.Unavailable, status, ErrorCodes.NotJson), (result.Kind, result.StatusCode, result.Code));
        }
    }

    [Theory]
    [InlineData("forgotten", MemberFailureReason.Forgotten)]
    [InlineData("notFound", MemberFailureReason.NotFound)]
    [InlineData("invalid", MemberFailureReason.Invalid)]
    [InlineData("invalidData", MemberFailureReason.InvalidData)]
    [InlineData("conflict", MemberFailureReason.Conflict)]
    public void Each_pair_of_failedUpdates_names_members_by_email_and_by_user_id(string prefix, MemberFailureReason reason)
    {
        var body = $$$"""{"successCount":1,"failCount":2,"failedUpdates":{"{{{prefix}}}Emails":["b@example.com"],"{{{prefix}}}UserIds":["C"]}}""";

        Assert.Equal([(1, reason), (2, reason)], Classified.FailuresOf(body, Three));
        Assert.Equal(0, Classified.Of(200, body, Three).UnnamedFailures);
    }

    [Fact]
    public void The_deprecated_arrays_still_count()
    {
        Assert.Equal(
            [(0, MemberFailureReason.Invalid), (2, MemberFailureReason.Invalid)],
            Classified.FailuresOf("""{"failCount":2,"invalidEmails":["a@example.com"],"invalidUserIds":["C"]}""", Three));
    }

    [Fact]
    public void The_deprecated_arrays_do_not_override_a_reason_of_failedUpdates()
    {
        Assert.Equal(
            [(0, MemberFailureReason.Conflict), (2, MemberFailureReason.InvalidData)],
            Classified.FailuresOf(
                """{"failCount":2,"invalidEmails":["a@example.com"],"invalidUserIds":["C"],"failedUpdates":{"conflictEmails":["a@example.com"],"invalidDataUserIds":["C"]}}""",
                Three));
    }

    [Fact]
    public void Emails_are_compared_without_case_and_user_ids_exactly()
    {
        var request = Some.Subscribe(Member.Of("Jane@Example.com"), Member.Of("other@example.com", "Id"));

        var result = Classified.Of(
            200, """{"failCount":2,"failedUpdates":{"invalidEmails":["jane@example.COM"],"invalidUserIds":["ID"]}}""", request);

        Assert.Equal([new MemberFailure(0, MemberFailureReason.Invalid)], result.Failures);
        Assert.Equal(1, result.UnnamedFailures);
    }

    [Fact]
    public void A_member_named_more_than_once_fails_once_for_the_most_final_reason()
    {
        string[] prefixes = ["forgotten", "notFound", "invalid", "invalidData", "conflict"];
        MemberFailureReason[] reasons =
        [
            MemberFailureReason.Forgotten, MemberFailureReason.NotFound, MemberFailureReason.Invalid,
            MemberFailureReason.InvalidData, MemberFailureReason.Conflict,
        ];
        for (int more = 0; more < prefixes.Length; more++)
        {
            for (int less = more + 1; less < prefixes.Length; less++)
            {
                // Once by either identifier, and the less final first, so that neither order nor identifier decides.
                var body = $$$"""{"failCount":1,"failedUpdates":{"{{{prefixes[less]}}}Emails":["a@example.com"],"{{{prefixes[more]}}}UserIds":["A"]}}""";
                Assert.Equal([(0, reasons[more])], Classified.FailuresOf(body, Three));
            }
        }
    }

    [Theory]
    [InlineData("""{"successCount":1,"failCount":2}""", 2)]
    [InlineData("""{"failCount":2,"failedUpdates":{"invalidEmails":["a@example.com"]}}""", 1)]
    [InlineData("""{"failCount":0,"failedUpdates":{"invalidEmails":["a@example.com"]}}""", 0)]
    [InlineData("""{"successCount":1,"failCount":2,"failedUpdates":{"conflictEmails":["stranger@example.com"]}}""", 2)]
    [InlineData("""{"successCount":1,"failCount":2,"failedUpdates":{"quarantinedEmails":["a@example.com"]}}""", 2)]
    [InlineData("""{"successCount":0,"failCount":3,"failedUpdates":{"invalidEmails":["a@example.com"]}}""", 2)]
    public void Failures_counted_beyond_those_named_are_unnamed_but_never_more_than_the_members_left(string body, int unnamed)
    {
        Assert.Equal(unnamed, Classified.Of(200, body, Three).UnnamedFailures);
    }

    [Theory]
    [InlineData("""{"successCount":0,"failCount":1}""", MemberFailureReason.Refused)]
    [InlineData("""{"failCount":1,"failedUpdates":{"conflictEmails":["whoever-was-there@example.com"]}}""", MemberFailureReason.Conflict)]
    [InlineData("""{"failCount":0,"failedUpdates":{"conflictUserIds":["whoever-was-there"]}}""", MemberFailureReason.Conflict)]
    [InlineData("""{"failCount":1,"failedUpdates":{"conflictEmails":["x@example.com"],"invalidDataEmails":["y@example.com"]}}""", MemberFailureReason.InvalidData)]
    [InlineData("""{"failCount":1,"invalidEmails":["x@example.com"]}""", MemberFailureReason.Invalid)]
    [InlineData("""{"failCount":1,"failedUpdates":{"invalidEmails":[null]}}""", MemberFailureReason.Invalid)]
    [InlineData("""{"successCount":0,"failCount":1,"failedUpdates":{"forgottenEmails":["a@example.com"]}}""", MemberFailureReason.Forgotten)]
    public void In_a_request_of_one_member_every_failure_belongs_to_that_member(string body, MemberFailureReason reason)
    {
        var result = Classified.Of(200, body, Some.Subscribe());

        Assert.Equal([new MemberFailure(0, reason)], result.Failures);
        Assert.Equal(0, result.UnnamedFailures);
    }

    [Fact]
    public void A_user_id_that_is_returned_as_a_number_is_still_recognised()
    {
        var request = Some.Subscribe(Member.Of(null, "9007199254740993"), Member.Of(null, "2"));

        Assert.Equal(
            [(0, MemberFailureReason.NotFound)],
            Classified.FailuresOf("""{"failCount":1,"failedUpdates":{"notFoundUserIds":[9007199254740993]}}""", request));
    }

    [Fact]
    public void An_identifier_that_cannot_be_read_leaves_its_failure_unnamed()
    {
        var result = Classified.Of(200, """{"successCount":2,"failCount":1,"failedUpdates":{"invalidEmails":["\ud800"]}}""", Three);

        Assert.Empty(result.Failures);
        Assert.Equal((CallResultKind.Processed, 1), (result.Kind, result.UnnamedFailures));
    }

    [Fact]
    public void Events_with_a_disallowed_name_fail_and_count_as_named()
    {
        var request = new TrackBulkRequest(
            [IterableEvent.Of("ok", "a@example.com"), IterableEvent.Of("bad", "b@example.com"), IterableEvent.Of("bad", null, "C"), IterableEvent.Of("BAD", null, "D")]);

        var result = Classified.Of(200, """{"failCount":3,"disallowedEventNames":["bad"]}""", request);

        Assert.Equal(
            [new MemberFailure(1, MemberFailureReason.DisallowedEventName), new MemberFailure(2, MemberFailureReason.DisallowedEventName)],
            result.Failures);
        Assert.Equal(1, result.UnnamedFailures);
    }

    [Fact]
    public void An_identifier_shared_by_several_events_fails_all_of_them()
    {
        var request = new TrackBulkRequest(
            [IterableEvent.Of("x", "a@example.com"), IterableEvent.Of("y", "A@example.com", "1"), IterableEvent.Of("z", "b@example.com")]);

        Assert.Equal(
            [(0, MemberFailureReason.Forgotten), (1, MemberFailureReason.Forgotten)],
            Classified.FailuresOf("""{"failCount":2,"failedUpdates":{"forgottenEmails":["a@example.com"]}}""", request));
    }

    [Fact]
    public void The_text_of_a_result_leaves_out_the_message()
    {
        var result = Classified.Of(400, """{"msg":"jane@example.com is no good","code":"BadParams"}""");

        Assert.DoesNotContain("jane", result.ToString(), StringComparison.Ordinal);
        Assert.Contains("BadParams", result.ToString(), StringComparison.Ordinal);
    }
}
