namespace Iterable.Client.Results;

/// <summary>The values of <see cref="CallResult.Code"/> that are this library's own, for errors that Iterable does not name.</summary>
public static class ErrorCodes
{
    /// <summary>The attempt reached its deadline. It may still be applied, and is therefore not retried by the client.</summary>
    public const string Timeout = "Timeout";

    /// <summary>No connection, or one that broke: DNS, refused, TLS, reset. The message names the step that failed.</summary>
    public const string ConnectionFailed = "ConnectionFailed";

    /// <summary>A 2xx whose body is not what the endpoint answers with: HTML, nothing, half a body.</summary>
    public const string NotJson = "NotJson";

    /// <summary>A 2xx whose body is a JSON object, and no answer to the call: it does not say what became of the members.</summary>
    public const string NotAnAnswer = "NotAnAnswer";

    /// <summary>A body beyond what the client is willing to hold.</summary>
    public const string ResponseTooLarge = "ResponseTooLarge";

    /// <summary>The key cannot be sent as a header; nothing was sent.</summary>
    public const string MalformedApiKey = "MalformedApiKey";

    /// <summary>An error that is neither Iterable's nor the network's, such as a budget that failed. The message names its type.</summary>
    public const string Failed = "Failed";
}
