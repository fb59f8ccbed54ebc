namespace IterableForwarder.Telemetry;

/// <summary>What delivery says in the log. Event ids 1300 to 1399. Never a member, never Iterable's words about one.</summary>
internal static partial class DeliveryLog
{
    [LoggerMessage(1300, LogLevel.Information,
        "Call {Action} list {ListId} of connection {Connection}: {Result} (HTTP {Status}, {Code}) with {Members} members in {Milliseconds} ms, {Attempts} attempts; delivered {Delivered}, rejected {Rejected}, superseded {Superseded}")]
    public static partial void Called(ILogger logger, string action, long listId, string connection, string result,
        int? status, string? code, int members, double milliseconds, int attempts, int delivered, int rejected, int superseded);

    [LoggerMessage(1301, LogLevel.Warning, "Project {Project} is held: {Reason} ({Code}). Its changes wait; one call a minute tries whether it works again")]
    public static partial void ProjectHeld(ILogger logger, string project, string reason, string? code);

    [LoggerMessage(1302, LogLevel.Information, "Project {Project} flows again")]
    public static partial void ProjectResumed(ILogger logger, string project);

    [LoggerMessage(1303, LogLevel.Warning, "Connection {Connection} is held: {Reason} ({Code}). Its changes wait; one call a minute tries whether it works again")]
    public static partial void ConnectionHeld(ILogger logger, string connection, string reason, string? code);

    [LoggerMessage(1304, LogLevel.Information, "Connection {Connection} flows again")]
    public static partial void ConnectionResumed(ILogger logger, string connection);

    [LoggerMessage(1305, LogLevel.Error, "What Iterable answered cannot be written down yet: {Reason}. It is kept and tried again")]
    public static partial void SettlingFailed(ILogger logger, string reason);

    [LoggerMessage(1306, LogLevel.Error, "Delivery for project {Project} stumbled and starts again from the journal")]
    public static partial void OwnerFailed(ILogger logger, Exception exception, string project);

    [LoggerMessage(1307, LogLevel.Warning, "Iterable asked project {Project} to slow down; wait {Seconds} s")]
    public static partial void SlowedDown(ILogger logger, string project, double? seconds);

    [LoggerMessage(1308, LogLevel.Warning, "Iterable does not work for connection {Connection}: {Code}, HTTP {Status}. Failure {Failures} in a row; next try in {Seconds} s")]
    public static partial void BackedOff(ILogger logger, string connection, string? code, int? status, int failures, double seconds);

    [LoggerMessage(1309, LogLevel.Error, "What is pending cannot be read. It is tried again")]
    public static partial void BacklogUnreadable(ILogger logger, Exception exception);
}
