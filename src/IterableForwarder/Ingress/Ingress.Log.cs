namespace IterableForwarder.Ingress;

/// <summary>What ingress says in the log. Event ids 1400 to 1499.</summary>
internal static partial class IngressMessages
{
    [LoggerMessage(1400, LogLevel.Debug, "Accepted batch {Batch} from {Source} for connection {Connection} in project {Project}: {Received} changes, {Dropped} dropped, list {ListId}")]
    public static partial void Accepted(ILogger logger, string batch, string source, string project, string connection, long received, long dropped, long? listId);

    [LoggerMessage(1401, LogLevel.Information, "Created project {Project} for an unknown mParticle account")]
    public static partial void ProjectCreated(ILogger logger, string project);

    [LoggerMessage(1403, LogLevel.Warning,
        "Source {Source} named more new audiences of project {Project} within 24 hours than Ingest:MaxNewAudiences ({Max}) allows. The changes of the others are kept as dropped (tooManyAudiences) in connection {Connection}. To deliver them, raise the setting or wait a day, then replay that connection. Logged once an hour")]
    public static partial void TooManyAudiences(ILogger logger, string source, string project, int max, string connection);

    [LoggerMessage(1402, LogLevel.Information, "Created connection {Connection} in project {Project} for an unknown audience")]
    public static partial void ConnectionCreated(ILogger logger, string connection, string project);
}
