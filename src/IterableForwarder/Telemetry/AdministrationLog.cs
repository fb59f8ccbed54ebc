namespace IterableForwarder.Telemetry;

/// <summary>What administration says in the log: who changed which setting. Event ids 1100 to 1199.</summary>
internal static partial class AdministrationLog
{
    [LoggerMessage(1100, LogLevel.Error, "Request {RequestId}, {Method} {Endpoint}, failed unexpectedly")]
    public static partial void Unexpected(ILogger logger, Exception exception, string requestId, string method, string? endpoint);

    [LoggerMessage(1101, LogLevel.Information, "Project {ProjectId} was {Action} by {By}")]
    public static partial void ProjectChanged(ILogger logger, string projectId, string action, string by);

    [LoggerMessage(1102, LogLevel.Information, "Connection {ConnectionId} of project {ProjectId} was {Action} by {By}")]
    public static partial void ConnectionChanged(ILogger logger, string connectionId, string projectId, string action, string by);

    [LoggerMessage(1103, LogLevel.Information, "List {ListId} was made for project {ProjectId}")]
    public static partial void ListMade(ILogger logger, long listId, string projectId);

    [LoggerMessage(1104, LogLevel.Warning, "A list of project {ProjectId} could not be found or made by its name: {Code}")]
    public static partial void ListNotResolved(ILogger logger, string projectId, string code);

    [LoggerMessage(1106, LogLevel.Information, "Stream {StreamId} of project {ProjectId} was {Action} by {By}")]
    public static partial void StreamChanged(ILogger logger, string streamId, string projectId, string action, string by);

    [LoggerMessage(1105, LogLevel.Information, "Connection {ConnectionId} of project {ProjectId}: {Members} members of {Batches} batches were replayed by {By}")]
    public static partial void Replayed(ILogger logger, string connectionId, string projectId, long members, int batches, string by);
}
