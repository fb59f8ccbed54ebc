namespace IterableForwarder.Telemetry;

/// <summary>What mParticle's ingress says in the log. Event ids 1410 to 1439.</summary>
internal static partial class MParticleLog
{
    [LoggerMessage(1410, LogLevel.Warning,
        "Told mParticle to suspend the audiences of account {Account}: Iterable has refused the key of project {Project} (the setting \"API Key\") since {Since}. Set a key that Iterable accepts and resume the audiences in mParticle")]
    public static partial void Suspended(ILogger logger, string? account, string project, DateTimeOffset since);

    [LoggerMessage(1411, LogLevel.Warning,
        "The setting \"List ID\" of the audience behind connection {Connection} in project {Project} is empty or no list's id: its members are kept and dropped as badListId until it is set in mParticle")]
    public static partial void BadListId(ILogger logger, string connection, string project);
}
