namespace Iterable.Client.Results;

/// <summary>What became of a call: the closed set of answers that a caller has to tell apart.</summary>
public enum CallResultKind
{
    /// <summary>2xx with a JSON body. Members may have failed: see <see cref="CallResult.Failures"/> and <see cref="CallResult.UnnamedFailures"/>.</summary>
    Processed,

    /// <summary>400, 409 or 422 for the whole request: nothing was applied; some member or the request itself is at fault.</summary>
    RequestRefused,

    /// <summary>413, or 400 with BatchTooLarge: send less at once.</summary>
    TooLarge,

    /// <summary>400 with invalidListId, or 404 on a list call.</summary>
    ListNotFound,

    /// <summary>401: the key is not (or no longer) accepted.</summary>
    CredentialsRejected,

    /// <summary>403: the key may not use this class of endpoint.</summary>
    Forbidden,

    /// <summary>429: see <see cref="CallResult.RetryAfter"/>.</summary>
    RateLimited,

    /// <summary>Nothing usable came back: 408, 5xx, another status without a meaning here, a time-out, a reset, a refused connection, DNS, or a 2xx that is not JSON. The call may or may not have been applied.</summary>
    Unavailable,
}

/// <summary>Why one member failed, after Iterable's own word for it.</summary>
public enum MemberFailureReason
{
    /// <summary>A malformed identifier.</summary>
    Invalid,

    /// <summary>A value in dataFields that Iterable does not take.</summary>
    InvalidData,

    /// <summary>Another user already has one of the identifiers.</summary>
    Conflict,

    /// <summary>Erased under GDPR; final.</summary>
    Forgotten,

    /// <summary>No such user.</summary>
    NotFound,

    /// <summary>An event whose name the project does not allow (trackBulk only).</summary>
    DisallowedEventName,

    /// <summary>Refused for a reason that has no word of its own here.</summary>
    Refused,
}

/// <summary>One member's failure inside a call that was processed.</summary>
/// <param name="Index">The member's position in the request.</param>
/// <param name="Reason">Iterable's word for it.</param>
public readonly record struct MemberFailure(int Index, MemberFailureReason Reason);

/// <summary>The one answer to one call. Expected failure is a value here, never an exception.</summary>
public record CallResult
{
    /// <summary>Which of the closed set this is.</summary>
    public required CallResultKind Kind { get; init; }

    /// <summary>The HTTP status, or null when none arrived.</summary>
    public int? StatusCode { get; init; }

    /// <summary>Iterable's code, such as <c>BadApiKey</c>, or a short name of the transport fault (<c>Timeout</c>, <c>ConnectionFailed</c>, <c>NotJson</c>).</summary>
    public string? Code { get; init; }

    /// <summary>Iterable's message, at most 500 characters. It may name a person: keep it out of logs.</summary>
    public string? Message { get; init; }

    /// <summary>How long to wait: the longer of Retry-After and rateLimitReset, where either came.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The members that failed by name, at most one failure each, in order of position.</summary>
    public IReadOnlyList<MemberFailure> Failures { get; init; } = [];

    /// <summary>How many failures Iterable counted beyond those named; 0 when all are known.</summary>
    public int UnnamedFailures { get; init; }

    /// <summary>For <see cref="CallResultKind.RequestRefused"/> of a single member: the reason its code stands for.</summary>
    public MemberFailureReason RefusalReason { get; init; } = MemberFailureReason.Refused;

    /// <summary>How many attempts were made, quick retries included.</summary>
    public int Attempts { get; init; } = 1;
}

/// <summary>A call's answer with what it brought back.</summary>
public sealed record CallResult<T> : CallResult
{
    /// <summary>Set when <see cref="CallResult.Kind"/> is <see cref="CallResultKind.Processed"/>.</summary>
    public T? Value { get; init; }
}
