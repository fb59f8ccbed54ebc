namespace IterableForwarder.Http;

/// <summary>What answering says in the log.</summary>
internal static partial class HttpLog
{
    [LoggerMessage(1190, LogLevel.Information, "In the last minute {Unauthorized} more requests got 401 and {NotFound} got 404")]
    public static partial void Refused(ILogger logger, int unauthorized, int notFound);

    [LoggerMessage(1100, LogLevel.Error, "Request {RequestId}, {Method} {Endpoint}, failed unexpectedly")]
    public static partial void Unexpected(ILogger logger, Exception exception, string requestId, string method, string? endpoint);
}
