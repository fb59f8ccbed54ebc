namespace IterableForwarder.Ingress.Segment;

/// <summary>What Segment's ingress says in the log. Event ids 1440 to 1459.</summary>
internal static partial class SegmentLog
{
    [LoggerMessage(1440, LogLevel.Warning, "Segment sends invalid audience settings for connection {Connection} in project {Project}: {Warnings}")]
    public static partial void BadSettings(ILogger logger, string connection, string project, string warnings);

    [LoggerMessage(1441, LogLevel.Warning, "Segment sends events without an audience to project {Project}. The service ignores them; forwarder_changes_ignored_total counts them. Logged once for each project")]
    public static partial void EventsIgnored(ILogger logger, string project);
}
