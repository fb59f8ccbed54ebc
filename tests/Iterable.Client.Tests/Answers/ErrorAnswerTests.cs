using Iterable.Client.Requests;
using Iterable.Client.Results;
using Iterable.Client.Tests.Support;

namespace Iterable.Client.Tests.Answers;

public sealed class ErrorAnswerTests
{
    private static readonly BulkRequest Users = new BulkUpdateRequest([Member.Of("a@example.com")]);
    private static readonly BulkRequest Events = new TrackBulkRequest([IterableEvent.Of("left", "a@example.com")]);

    [Theory]
    [InlineData(400, "BadParams", CallResultKind.RequestRefused)]
    [InlineData(409, "Conflict", CallResultKind.RequestRefused)]
    [InlineData(422, "BadJsonBody", CallResultKind.RequestRefused)]
    [InlineData(400, "BatchTooLarge", CallResultKind.TooLarge)]
    [InlineData(413, "Whatever", CallResultKind.TooLarge)]
    [InlineData(401, "BadApiKey", CallResultKind.CredentialsRejected)]
    [InlineData(403, "Forbidden", CallResultKind.Forbidden)]
    [InlineData(404, "NotFound", CallResultKind.ListNotFound)]
    [InlineData(429, "RateLimitExceeded", CallResultKind.RateLimited)]
    [InlineData(408, "RequestTimeout", CallResultKind.Unavailable)]
    [InlineData(500, "GenericError", CallResultKind.Unavailable)]
    [InlineData(502, "BadGateway", CallResultKind.Unavailable)]
    [InlineData(503, "DatabaseError", CallResultKind.Unavailable)]
    [InlineData(504, "GatewayTimeout", CallResultKind.Unavailable)]
    [InlineData(301, "Moved", CallResultKind.Unavailable)]
    [InlineData(307, "Moved", CallResultKind.Unavailable)]
    [InlineData(405, "MethodNotAllowed", CallResultKind.Unavailable)]
    [InlineData(418, "Teapot", CallResultKind.Unavailable)]
    public void A_status_and_code_have_one_meaning(int status, string code, CallResultKind expected)
    {
        var result = Classified.Of(status, $$"""{"msg":"as it says","code":"{{code}}","params":null}""");

        Assert.Equal((expected, status, code, "as it says"), (result.Kind, result.StatusCode, result.Code, result.Message));
        Assert.Empty(result.Failures);
        Assert.Equal(0, result.UnnamedFailures);
    }

    [Fact]
    public void A_404_means_a_missing_list_on_list_calls_only()
    {
        Assert.Equal(CallResultKind.ListNotFound, Classified.Of(404, "", new UnsubscribeRequest(1, [default])).Kind);
        Assert.Equal(CallResultKind.Unavailable, Classified.Of(404, "", Users).Kind);
        Assert.Equal(CallResultKind.Unavailable, Classified.Of(404, "", Events).Kind);
    }

    [Fact]
    public void An_unknown_list_is_recognized_by_the_message_because_its_code_is_Success()
    {
        var result = Classified.Of(400, """{"msg":"error.lists.invalidListId(999)","code":"Success","params":null}""");

        Assert.Equal(
            (CallResultKind.ListNotFound, "Success", "error.lists.invalidListId(999)"), (result.Kind, result.Code, result.Message));
    }

    [Theory]
    [InlineData("InvalidEmailAddressError", MemberFailureReason.Invalid)]
    [InlineData("InvalidUserIdError", MemberFailureReason.Invalid)]
    [InlineData("ForgottenUserError", MemberFailureReason.Forgotten)]
    [InlineData("RequestFieldsTypesMismatched", MemberFailureReason.InvalidData)]
    [InlineData("UnknownEmailError", MemberFailureReason.Refused)]
    [InlineData("BadParams", MemberFailureReason.Refused)]
    public void The_code_of_a_rejection_maps_to_a_reason(string code, MemberFailureReason expected)
    {
        foreach (int status in (int[])[400, 409, 422])
        {
            var result = Classified.Of(status, $$$"""{"msg":"no","code":"{{{code}}}","params":{"validationErrors":null}}""");
            Assert.Equal((CallResultKind.RequestRefused, expected), (result.Kind, result.RefusalReason));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html><body>Bad Request</body></html>")]
    [InlineData("Bad Request")]
    [InlineData("""{"msg":"cut off","co""")]
    [InlineData("[]")]
    [InlineData("null")]
    public void An_error_that_is_not_JSON_keeps_the_meaning_of_its_status(string body)
    {
        (int Status, CallResultKind Kind)[] cases =
        [
            (400, CallResultKind.RequestRefused), (401, CallResultKind.CredentialsRejected), (403, CallResultKind.Forbidden),
            (404, CallResultKind.ListNotFound), (413, CallResultKind.TooLarge), (429, CallResultKind.RateLimited),
            (502, CallResultKind.Unavailable),
        ];

        Assert.All(cases, c =>
        {
            var result = Classified.Of(c.Status, body);
            Assert.Equal((c.Kind, null, null, null), (result.Kind, result.Code, result.Message, result.RetryAfter));
            Assert.Equal(MemberFailureReason.Refused, result.RefusalReason);
        });
    }

    [Theory]
    [InlineData("""{"msg":{"a":1},"code":[],"params":"none"}""")]
    [InlineData("""{"msg":null,"code":null,"params":[1]}""")]
    [InlineData("""{"msg":"\ud800","code":"\ud800","params":{"rateLimitReset":"\ud800"}}""")]
    public void Fields_of_unexpected_types_count_as_missing(string body)
    {
        var result = Classified.Of(429, body);

        Assert.Equal((CallResultKind.RateLimited, null, null, null), (result.Kind, result.Code, result.Message, result.RetryAfter));
    }

    [Fact]
    public void A_long_message_is_cut_to_500_characters_and_not_within_a_character()
    {
        Assert.Equal(500, Classified.Of(400, $$"""{"msg":"{{new string('x', 900)}}"}""").Message!.Length);

        var message = Classified.Of(400, $$"""{"msg":"{{new string('x', 499)}}😀 and more"}""").Message;
        Assert.Equal(new string('x', 499), message);
    }

    [Fact]
    public void The_list_is_recognised_even_past_the_cut_of_the_message()
    {
        var result = Classified.Of(400, $$"""{"msg":"{{new string('x', 600)}} invalidListId(1)","code":"Success"}""");

        Assert.Equal(CallResultKind.ListNotFound, result.Kind);
    }

    [Theory]
    [InlineData("Bad email jane@example.com")]
    [InlineData("")]
    [InlineData("AVeryLongCodeAVeryLongCodeAVeryLongCodeAVeryLongCodeAVeryLongCodeAVeryLongCode")]
    public void What_does_not_look_like_a_code_is_not_passed_on_as_one(string code)
    {
        Assert.Null(Classified.Of(400, $$"""{"msg":"no","code":"{{code}}"}""").Code);
    }

    [Fact]
    public void A_byte_order_mark_is_skipped()
    {
        Assert.Equal("BadApiKey", Classified.Of(401, "\uFEFF{\"code\":\"BadApiKey\"}").Code);
    }

    [Fact]
    public void The_fields_of_wrong_types_are_read_from_a_recorded_answer()
    {
        const string Recorded =
            """
            {"msg":"Project 10216: The request does not have the same data types as the data previously submitted. Field 'signupDate' already exists for type 'user' and has a data type of 'date' but possible types 'string, keyword' in the request.",
            "code":"RequestFieldsTypesMismatched","params":{"validationErrors":{"signupDate":{"incomingTypes":["string","keyword"],"expectedType":"date","_type":"UnexpectedType","offendingValue":"GGG","category":"user"}}}}
            """;

        var mismatch = Assert.Single(Classified.Of(400, Recorded).FieldMismatches);

        Assert.Equal(("signupDate", "date", "GGG"), (mismatch.Field, mismatch.ExpectedType, mismatch.OffendingValue));
        Assert.Equal(["string", "keyword"], mismatch.IncomingTypes);
        Assert.DoesNotContain("GGG", mismatch.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"age":{"expectedType":"long"}}""", "age long  ")]
    [InlineData("""{"age":{"incomingTypes":["string",7,null],"offendingValue":12}}""", "age  string,7 12")]
    [InlineData("""{"a":{},"b.c":{"expectedType":[],"incomingTypes":"string","offendingValue":{}}}""", "a   |b.c   ")]
    [InlineData("""{"a":"no","":{},"\ud800":{},"b":null}""", "")]
    [InlineData("""["a"]""", "")]
    [InlineData("null", "")]
    public void Fields_of_wrong_types_are_read_as_far_as_they_can_be(string validationErrors, string expected)
    {
        var result = Classified.Of(400, $$$"""{"msg":"no","code":"RequestFieldsTypesMismatched","params":{"validationErrors":{{{validationErrors}}}}}""");

        Assert.Equal("RequestFieldsTypesMismatched", result.Code);
        Assert.Equal(expected, string.Join('|', result.FieldMismatches.Select(m => $"{m.Field} {m.ExpectedType} {string.Join(',', m.IncomingTypes)} {m.OffendingValue}")));
    }

    [Fact]
    public void Only_a_refused_request_has_fields_of_wrong_types() =>
        Assert.Empty(Classified.Of(503, """{"code":"DatabaseError","params":{"validationErrors":{"a":{"expectedType":"long"}}}}""").FieldMismatches);
}
