using Iterable.Sandbox.Identity;

namespace Iterable.Sandbox.Api;

/// <summary>A call about one member fails as a whole, with a code instead of a name.</summary>
internal static class SingleFailure
{
    public static ApiAnswer Of(Failures failures)
    {
        foreach (var reason in Enum.GetValues<FailureReason>())
        {
            var hasEmail = failures.Emails(reason).Count > 0;
            if (hasEmail || failures.UserIds(reason).Count > 0) return Of(reason, hasEmail);
        }
        return Refusals.BadParams("email", "or userId is needed");
    }

    private static ApiAnswer Of(FailureReason reason, bool hasEmail) => reason switch
    {
        FailureReason.Conflict => Envelope.Of(409, "ExternalKeyConflict", "Another user has one of these identifiers"),
        FailureReason.Forgotten => Refusals.Forgotten,
        FailureReason.InvalidData => Refusals.BadParams("dataFields", "holds a name or value that no field takes"),
        FailureReason.Invalid when hasEmail => Refusals.InvalidEmail,
        FailureReason.Invalid => Refusals.InvalidUserId,
        FailureReason.NotFound when hasEmail => Refusals.UnknownEmail,
        FailureReason.NotFound => Refusals.UnknownUserId,
        _ => throw new ArgumentOutOfRangeException(nameof(reason)),
    };
}
