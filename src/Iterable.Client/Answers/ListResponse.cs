using System.Text.Json;
using Iterable.Client.Requests;
using Iterable.Client.Results;

namespace Iterable.Client.Answers;

/// <summary>The body that every bulk call is answered with, tied back to the members of its request.</summary>
internal static class ListResponse
{
    public static CallResult Read(JsonElement body, BulkRequest request)
    {
        var named = NamedFailures.Read(body);
        var failures = named.IsEmpty ? [] : FailuresOf(request, named);
        long unnamed = Math.Max(0, Count(JsonReading.Get(body, "failCount")) - failures.Count);

        // One member was sent, so whoever the answer means, it is that one: a conflict names whom it ran into instead.
        if (request.MemberCount == 1 && failures.Count == 0 && (unnamed > 0 || !named.IsEmpty))
            return Processed([new MemberFailure(0, named.First ?? MemberFailureReason.Refused)], 0);

        return Processed(failures, (int)Math.Min(unnamed, request.MemberCount - failures.Count));
    }

    private static CallResult Processed(List<MemberFailure> failures, int unnamed) => new()
    {
        Kind = CallResultKind.Processed,
        Failures = failures,
        UnnamedFailures = unnamed,
    };

    private static long Count(JsonElement element) => JsonReading.Integer(element) ?? 0;

    private static List<MemberFailure> FailuresOf(BulkRequest request, NamedFailures named)
    {
        var failures = new List<MemberFailure>();
        for (int index = 0; index < request.MemberCount; index++)
        {
            if (named.ReasonFor(request.KeysAt(index)) is { } reason)
                failures.Add(new MemberFailure(index, reason));
        }

        return failures;
    }
}
