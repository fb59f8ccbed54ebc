namespace Iterable.Client.Results;

/// <summary>What became of a call: the closed set of answers that a caller has to tell apart.</summary>
public enum CallResultKind
{
    /// <summary>2xx with a JSON body. Members may have failed: see <see cref="CallResult.Failures"/> and <see cref="CallResult.UnnamedFailures"/>.</summary>
    Processed,

    /// <summary>400, 409 or 422 for the whole request: nothing was applied; a member or the request itself is the cause.</summary>
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
