using System.Text;
using Iterable.Client.Answers;
using Iterable.Client.Requests;
using Iterable.Client.Results;

namespace Iterable.Client.Tests.Support;

/// <summary>Classifies an answer written down as text.</summary>
internal static class Classified
{
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static CallResult Of(int status, string body, BulkRequest? request = null, string? retryAfter = null) =>
        AnswerClassifier.ClassifyBulk(new Answer(status, Encoding.UTF8.GetBytes(body), retryAfter, Now), request ?? Some.Subscribe());

    public static (int Index, MemberFailureReason Reason)[] FailuresOf(string body, BulkRequest request)
    {
        var result = Of(200, body, request);
        Assert.Equal(CallResultKind.Processed, result.Kind);
        return [.. result.Failures.Select(failure => (failure.Index, failure.Reason))];
    }
}
