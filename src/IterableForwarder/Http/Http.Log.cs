namespace IterableForwarder.Http;

/// <summary>What answering says in the log.</summary>
internal static partial class HttpLog
{
    [LoggerMessage(1100, LogLevel.Error, "Request {RequestId}, {Method} {Endpoint}, failed unexpectedly")]
    public static partial void Unexpected(ILogger logger, Exception exception, string requestId, string method, string? endpoint);
}
