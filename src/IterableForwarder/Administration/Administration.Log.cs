namespace IterableForwarder.Administration;

/// <summary>What administration says in the log: who changed which setting. Event ids 1100 to 1199.</summary>
internal static partial class AdministrationLog
{
    [LoggerMessage(1101, LogLevel.Information, "Project {ProjectId} was {Action} by {By}")]
    public static partial void ProjectChanged(ILogger logger, string projectId, string action, string by);

    [LoggerMessage(1102, LogLevel.Information, "Connection {ConnectionId} of project {ProjectId} was {Action} by {By}")]
    public static partial void ConnectionChanged(ILogger logger, string connectionId, string projectId, string action, string by);

    [LoggerMessage(1106, LogLevel.Information, "Stream {StreamId} of project {ProjectId} was {Action} by {By}")]
    public static partial void StreamChanged(ILogger logger, string streamId, string projectId, string action, string by);
}
