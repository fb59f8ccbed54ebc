using Iterable.Client.Results;

namespace Iterable.Client.Transport;

/// <summary>What an exception on the way means. All of it leaves open whether the call was applied.</summary>
internal static class TransportError
{
    public static CallResult Classify(Exception exception) => exception switch
    {
        TimeoutException => Unavailable(ErrorCodes.Timeout),
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } tooLarge =>
            Unavailable(ErrorCodes.ResponseTooLarge) with { StatusCode = (int?)tooLarge.StatusCode },
        HttpRequestException failed => Unavailable(ErrorCodes.ConnectionFailed, failed.HttpRequestError.ToString()),
        _ => Unavailable(ErrorCodes.Failed, exception.GetType().Name),
    };

    private static CallResult Unavailable(string code, string? message = null) =>
        new() { Kind = CallResultKind.Unavailable, Code = code, Message = message };
}
