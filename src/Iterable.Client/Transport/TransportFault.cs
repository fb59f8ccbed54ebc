using Iterable.Client.Results;

namespace Iterable.Client.Transport;

/// <summary>What an exception on the way means. All of it leaves open whether the call was applied.</summary>
internal static class TransportFault
{
    public static CallResult Classify(Exception exception) => exception switch
    {
        TimeoutException => Unavailable(FaultCodes.Timeout),
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } tooLarge =>
            Unavailable(FaultCodes.ResponseTooLarge) with { StatusCode = (int?)tooLarge.StatusCode },
        HttpRequestException failed => Unavailable(FaultCodes.ConnectionFailed, failed.HttpRequestError.ToString()),
        _ => Unavailable(FaultCodes.Failed, exception.GetType().Name),
    };

    private static CallResult Unavailable(string code, string? message = null) =>
        new() { Kind = CallResultKind.Unavailable, Code = code, Message = message };
}
