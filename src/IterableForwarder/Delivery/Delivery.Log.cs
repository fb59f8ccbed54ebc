namespace IterableForwarder.Delivery;

/// <summary>What delivery says in the log. Event ids 1300 to 1399, and 1103 and 1104. Never a member, never Iterable's words about one.</summary>
internal static partial class DeliveryLog
{
    [LoggerMessage(1300, LogLevel.Information,
        "Call {Action} list {ListId} of connection {Connection}: {Result} (HTTP {Status}, {Code}) with {Members} members in {Milliseconds} ms, {Attempts} attempts; delivered {Delivered}, rejected {Rejected}, superseded {Superseded}")]
    public static partial void Called(ILogger logger, string action, long listId, string connection, string result,
        int? status, string? code, int members, double milliseconds, int attempts, int delivered, int rejected, int superseded);

    [LoggerMessage(1301, LogLevel.Warning, "Project {Project} is held: {Reason} ({Code}). Its changes wait; the service tries one call a minute")]
    public static partial void ProjectHeld(ILogger logger, string project, string reason, string? code);

    [LoggerMessage(1302, LogLevel.Information, "Project {Project} delivers again")]
    public static partial void ProjectResumed(ILogger logger, string project);

    [LoggerMessage(1303, LogLevel.Warning, "Connection {Connection} is held for list {ListId}: {Reason} ({Code}). Changes for the list wait; the service tries one call a minute")]
    public static partial void ConnectionHeld(ILogger logger, string connection, long? listId, string reason, string? code);

    [LoggerMessage(1304, LogLevel.Information, "Connection {Connection} delivers to list {ListId} again")]
    public static partial void ConnectionResumed(ILogger logger, string connection, long? listId);

    [LoggerMessage(1305, LogLevel.Error, "The store cannot record what Iterable answered: {Reason}. The service keeps it and tries again")]
    public static partial void SettlingFailed(ILogger logger, string reason);

    [LoggerMessage(1306, LogLevel.Error, "Delivery of project {Project} failed; restarting from the journal in 5 s")]
    public static partial void DispatcherFailed(ILogger logger, Exception exception, string project);

    [LoggerMessage(1307, LogLevel.Warning, "Iterable asked project {Project} to slow down; wait {Seconds} s")]
    public static partial void SlowedDown(ILogger logger, string project, double? seconds);

    [LoggerMessage(1308, LogLevel.Warning, "A call for connection {Connection} failed: {Code}, HTTP {Status}. Failure {Failures} in a row; next call in {Seconds} s")]
    public static partial void BackedOff(ILogger logger, string connection, string? code, int? status, int failures, double seconds);

    [LoggerMessage(1309, LogLevel.Error, "The store cannot read what is pending. The service tries again")]
    public static partial void BacklogUnreadable(ILogger logger, Exception exception);

    [LoggerMessage(1310, LogLevel.Error,
        "Connection {Connection} is held: entry {Entry} of batch {Batch} cannot be processed. Resume the connection to try again, or discard the batch")]
    public static partial void EntryFailed(ILogger logger, Exception exception, string connection, string? batch, long entry);

    [LoggerMessage(1311, LogLevel.Warning, "List {Gone} of connection {Connection} is gone. The list of its name is now {ListId}; pending changes move there")]
    public static partial void ListReplaced(ILogger logger, string connection, long gone, long listId);

    [LoggerMessage(1312, LogLevel.Information, "{Changes} pending changes of connection {Connection} were moved from list {From} to list {To} by {By}")]
    public static partial void PendingMoved(ILogger logger, long changes, string connection, long from, long to, string by);

    [LoggerMessage(1313, LogLevel.Information, "{Changes} pending changes of connection {Connection} were discarded by {By}")]
    public static partial void PendingDiscarded(ILogger logger, long changes, string connection, string by);

    [LoggerMessage(1103, LogLevel.Information, "List {ListId} was created for project {ProjectId}")]
    public static partial void ListCreated(ILogger logger, long listId, string projectId);

    [LoggerMessage(1104, LogLevel.Warning, "A list of project {ProjectId} could not be found or created by its name: {Code}")]
    public static partial void ListNotResolved(ILogger logger, string projectId, string code);
}
