namespace IterableForwarder.Journal.MemberIndex;

/// <summary>What the index of members says in the log. Event ids 1010 to 1019, of the journal's.</summary>
internal static partial class MemberIndexLog
{
    [LoggerMessage(1010, LogLevel.Warning, "The index of members cannot be updated: {Reason}. Searches take longer until then")]
    public static partial void Behind(ILogger logger, string reason);
}
