namespace IterableForwarder.Ingress.Segment;

/// <summary>What Segment's ingress says in the log. Event ids 1440 to 1459.</summary>
internal static partial class SegmentLog
{
    [LoggerMessage(1440, LogLevel.Warning, "The settings of the audience behind connection {Connection} in project {Project} cannot be used as Segment sends them: {Warnings}")]
    public static partial void BadSettings(ILogger logger, string connection, string project, string warnings);

    [LoggerMessage(1441, LogLevel.Warning, "Segment sends events to project {Project} that are about no audience: they are answered and not kept. forwarder_changes_ignored_total counts them; this is logged once for the project")]
    public static partial void EventsIgnored(ILogger logger, string project);
}
