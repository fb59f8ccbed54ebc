namespace IterableForwarder.Outcomes;

/// <summary>What outcomes say in the log.</summary>
internal static partial class OutcomesLog
{
    [LoggerMessage(1105, LogLevel.Information, "Connection {ConnectionId} of project {ProjectId}: {Members} members of {Batches} batches were replayed by {By}")]
    public static partial void Replayed(ILogger logger, string connectionId, string projectId, long members, int batches, string by);
}
