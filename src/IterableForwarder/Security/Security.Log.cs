namespace IterableForwarder.Security;

/// <summary>What access says in the log. Event ids 1200 to 1299. Names of keys, never keys.</summary>
internal static partial class SecurityLog
{
    [LoggerMessage(1200, LogLevel.Warning, "No key is configured and the environment is Development: everything is open to calls from this machine, and closed to others. Set Access__OperatorKeys__0 to ask for a key.")]
    public static partial void OpenForThisMachine(ILogger logger);

    [LoggerMessage(1204, LogLevel.Warning, "The key ring in the data folder is not encrypted: whoever has a copy of the folder has the keys of Iterable. Set Security__KeyRingCertificatePath to a .pfx with an RSA key")]
    public static partial void RingInClear(ILogger logger);

    [LoggerMessage(1205, LogLevel.Error, "The file {File} of the key ring cannot be read: {Reason} Restore it from a backup and restart, or set the keys of the projects again that are held as keyUnreadable")]
    public static partial void KeyFileUnreadable(ILogger logger, string file, string reason);

    [LoggerMessage(1203, LogLevel.Warning, "{First} and {Other} have the same key: it opens what either of them opens. Give each use a key of its own")]
    public static partial void SameKey(ILogger logger, string first, string other);

    [LoggerMessage(1201, LogLevel.Information, "Key {KeyId} ({Kind}, {Projects} projects; 0 is all) was created by {By}")]
    public static partial void KeyCreated(ILogger logger, string keyId, string kind, int projects, string by);

    [LoggerMessage(1202, LogLevel.Information, "Key {KeyId} was revoked by {By}")]
    public static partial void KeyRevoked(ILogger logger, string keyId, string by);
}
