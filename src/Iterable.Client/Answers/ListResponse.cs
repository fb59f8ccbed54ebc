using System.Text.Json;
using Iterable.Client.Requests;
using Iterable.Client.Results;

namespace Iterable.Client.Answers;

/// <summary>The body that every bulk call is answered with, tied back to the members of its request.</summary>
internal static class ListResponse
{
    /// <summary>Null where the body is no answer to the call: success has to be said.</summary>
    public static CallResult? Read(JsonElement body, BulkRequest request)
    {
        if (JsonReading.SaysFailure(body)
            || !TryCount(body, "successCount", out var succeeded)
            || !TryCount(body, "failCount", out var failed)
            || failed > request.MemberCount)
            return null;

        var named = NamedFailures.Read(body, request.MemberCount);
        if (named.AreTooMany)
            return null;

        var failures = named.IsEmpty ? [] : FailuresOf(request, named);
        // Without a count of successes it has to name a failure of this call.
        if (succeeded is null && failures.Count == 0 && (named.IsEmpty || request.MemberCount > 1))
            return null;

        // Neither done nor failed: only unknown users of a call that is to leave them out are nobody's failure.
        if (succeeded is 0 && failed is null or 0 && named.IsEmpty && request is not SubscribeRequest { UpdateExistingUsersOnly: true })
            return null;

        long unnamed = Math.Max(0, (failed ?? 0) - failures.Count);
        var counted = (succeeded ?? 0) + Math.Max(failed ?? 0, failures.Count);
        return Read(request, named, failures, unnamed) with { CountsShort = counted < request.MemberCount ? SentenceOf(counted, request.MemberCount) : null };
    }

    private static CallResult Read(BulkRequest request, NamedFailures named, List<MemberFailure> failures, long unnamed)
    {
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

    private static string SentenceOf(long counted, int sent) => $"Iterable answered for {counted} of {sent} members of a call.";

    /// <summary>False where it is there and no whole number from 0. Null is as good as missing.</summary>
    private static bool TryCount(JsonElement body, string name, out long? count)
    {
        var element = JsonReading.Get(body, name);
        count = element.ValueKind == JsonValueKind.Number ? JsonReading.Integer(element) : null;
        return element.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null || count >= 0;
    }

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
