namespace IterableForwarder.Security;

/// <summary>What access says in the log. Event ids 1200 to 1299. Names of keys, never keys.</summary>
internal static partial class SecurityLog
{
    [LoggerMessage(1200, LogLevel.Warning, "No key is configured and the environment is Development: everything is open to calls from this machine, and closed to others. Set Access__OperatorKeys__0 to ask for a key.")]
    public static partial void OpenForThisMachine(ILogger logger);

    [LoggerMessage(1203, LogLevel.Warning, "{First} and {Other} have the same key: it opens what either of them opens. Give each use a key of its own")]
    public static partial void SameKey(ILogger logger, string first, string other);

    [LoggerMessage(1201, LogLevel.Information, "Key {KeyId} ({Kind}, {Projects} projects; 0 is all) was created by {By}")]
    public static partial void KeyCreated(ILogger logger, string keyId, string kind, int projects, string by);

    [LoggerMessage(1202, LogLevel.Information, "Key {KeyId} was revoked by {By}")]
    public static partial void KeyRevoked(ILogger logger, string keyId, string by);
}
