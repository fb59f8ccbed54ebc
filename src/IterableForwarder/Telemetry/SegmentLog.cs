namespace IterableForwarder.Telemetry;

/// <summary>What Segment's ingress says in the log. Event ids 1440 to 1459.</summary>
internal static partial class SegmentLog
{
    [LoggerMessage(1440, LogLevel.Warning, "The settings of the audience behind connection {Connection} in project {Project} cannot be used as Segment sends them: {Warnings}")]
    public static partial void BadSettings(ILogger logger, string connection, string project, string warnings);
}
