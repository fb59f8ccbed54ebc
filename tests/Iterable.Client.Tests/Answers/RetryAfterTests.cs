using Iterable.Client.Results;
using Iterable.Client.Tests.Support;

namespace Iterable.Client.Tests.Answers;

public sealed class RetryAfterTests
{
    [Theory]
    [InlineData(null, "null", null)]
    [InlineData(null, "{}", null)]
    [InlineData("7", "null", 7.0)]
    [InlineData(" 7 ", "null", 7.0)]
    [InlineData("0", "null", 0.0)]
    [InlineData("1.5", "null", 1.5)]
    [InlineData("Sun, 01 Mar 2026 12:00:09 GMT", "null", 9.0)]
    [InlineData("Sun, 01 Mar 2026 11:00:00 GMT", "null", 0.0)]
    [InlineData("soon", "null", null)]
    [InlineData("-3", "null", null)]
    [InlineData("99999999999999999999", "null", 86400.0)]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT", "null", 86400.0)]
    [InlineData(null, """{"rateLimitReset":4}""", 4.0)]
    [InlineData(null, """{"rateLimitReset":"4"}""", 4.0)]
    [InlineData(null, """{"rateLimitReset":0.25}""", 0.25)]
    [InlineData(null, """{"rateLimitReset":1e300}""", null)]
    [InlineData(null, """{"rateLimitReset":"later"}""", null)]
    [InlineData(null, """{"rateLimitReset":null}""", null)]
    [InlineData("7", """{"rateLimitReset":4}""", 7.0)]
    [InlineData("4", """{"rateLimitReset":"7"}""", 7.0)]
    [InlineData("soon", """{"rateLimitReset":7}""", 7.0)]
    public void The_longer_of_header_and_body_counts(string? header, string parameters, double? seconds)
    {
        var result = Classified.Of(
            429, $$"""{"msg":"slow down","code":"RateLimitExceeded","params":{{parameters}}}""", retryAfter: header);

        Assert.Equal(CallResultKind.RateLimited, result.Kind);
        Assert.Equal(seconds, result.RetryAfter?.TotalSeconds);
    }

    [Fact]
    public void An_unavailable_service_may_have_a_Retry_After()
    {
        var result = Classified.Of(503, "<html/>", retryAfter: "30");

        Assert.Equal((CallResultKind.Unavailable, TimeSpan.FromSeconds(30)), (result.Kind, result.RetryAfter));
    }

    [Fact]
    public void Other_answers_have_no_Retry_After()
    {
        Assert.Null(Classified.Of(400, "{}", retryAfter: "30").RetryAfter);
        Assert.Null(Classified.Of(200, "{}", retryAfter: "30").RetryAfter);
    }
}
