namespace IterableForwarder.Ingress.MParticle;

/// <summary>What mParticle's ingress says in the log. Event ids 1410 to 1439.</summary>
internal static partial class MParticleLog
{
    [LoggerMessage(1410, LogLevel.Warning,
        "Told mParticle to suspend the audiences of account {Account}: Iterable has refused the key of project {Project} (the setting \"API Key\") since {Since}. Set a key that Iterable accepts and resume the audiences in mParticle")]
    public static partial void Suspended(ILogger logger, string? account, string project, DateTimeOffset since);

    [LoggerMessage(1411, LogLevel.Warning,
        "The setting \"List ID\" of the audience behind connection {Connection} in project {Project} is empty or not the id of a list: its members are recorded as dropped (badListId) until it is set in mParticle")]
    public static partial void BadListId(ILogger logger, string connection, string project);

    [LoggerMessage(1412, LogLevel.Information, "mParticle account {Account} sends {Type}, which the service does not forward to Iterable: it is recorded as unsupportedAction. Logged once an hour")]
    public static partial void Unsupported(ILogger logger, string type, string? account);

    [LoggerMessage(1413, LogLevel.Warning, "mParticle account {Account} sends subscriptions with an action other than add, update and remove, which change nothing. Logged once an hour")]
    public static partial void UnsupportedSubscription(ILogger logger, string? account);

    [LoggerMessage(1414, LogLevel.Information, "mParticle ended the audience of connection {Connection} in project {Project}: the connection is closed. Pending changes are still delivered")]
    public static partial void Closed(ILogger logger, string connection, string project);

    [LoggerMessage(1415, LogLevel.Information, "mParticle connected the audience of connection {Connection} in project {Project} again: the connection is open")]
    public static partial void Reopened(ILogger logger, string connection, string project);

    [LoggerMessage(1416, LogLevel.Information, "Project {Project} has a new key from mParticle account {Account}: Iterable accepts it and shows the project's list")]
    public static partial void KeyRotated(ILogger logger, string project, string? account);

    [LoggerMessage(1417, LogLevel.Warning,
        "mParticle account {Account} sends a new key for project {Project}, which cannot be verified yet ({Code}): the service asks Iterable again, after a minute at first and then less and less often down to once an hour, and keeps the changes of its messages in the project")]
    public static partial void KeyUndecided(ILogger logger, string? account, string project, string? code);

    [LoggerMessage(1418, LogLevel.Error, "Verifying new keys failed; the service tries again")]
    public static partial void KeyRetryFailed(ILogger logger, Exception exception);
}
