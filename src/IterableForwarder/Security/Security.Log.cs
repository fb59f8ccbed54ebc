namespace IterableForwarder.Security;

/// <summary>What access says in the log. Event ids 1200 to 1299. Names of keys, never keys.</summary>
internal static partial class SecurityLog
{
    [LoggerMessage(1200, LogLevel.Warning, "No key is configured and the environment is Development: everything is open to calls from this machine, and closed to others. Set Access__OperatorKeys__0 to ask for a key.")]
    public static partial void OpenForThisMachine(ILogger logger);

    [LoggerMessage(1201, LogLevel.Information, "Key {KeyId} ({Kind}, {Projects} projects; 0 is all) was created by {By}")]
    public static partial void KeyCreated(ILogger logger, string keyId, string kind, int projects, string by);

    [LoggerMessage(1202, LogLevel.Information, "Key {KeyId} was revoked by {By}")]
    public static partial void KeyRevoked(ILogger logger, string keyId, string by);
}
