namespace IterableForwarder.Journal.MemberIndex;

/// <summary>What the index of members says in the log. Event ids 1010 to 1019, of the journal's.</summary>
internal static partial class MemberIndexLog
{
    [LoggerMessage(1010, LogLevel.Warning, "The index of members cannot be brought up to date: {Reason}. Searches take longer until it can")]
    public static partial void Behind(ILogger logger, string reason);
}
