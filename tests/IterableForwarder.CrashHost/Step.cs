namespace IterableForwarder.CrashHost;

/// <summary>The named steps between the arrival of a request and the settling of its changes, in the order in which they are passed.</summary>
internal static class Step
{
    /// <summary>At the start, the schema done and nothing read in yet.</summary>
    public const string Load = "start.load";

    /// <summary>At the start, before delivery asks what is pending.</summary>
    public const string Backlog = "start.backlog";

    /// <summary>A chunk of a long body, before it is stored, inside its transaction, and on disk.</summary>
    public const string BeforeStage = "stage.before";

    public const string InStage = "stage.inside";
    public const string Staged = "stage.committed";

    /// <summary>A request read whole; its entry inserted; just before the commit; on disk; answered with 202.</summary>
    public const string BeforeAccept = "accept.before";

    public const string InAccept = "accept.inside";
    public const string Accepting = "accept.committing";
    public const string Accepted = "accept.committed";
    public const string Answered = "accept.answered";

    /// <summary>Before delivery reads what is pending for a connection.</summary>
    public const string Read = "pending.read";

    /// <summary>A call, before it is sent; its body written, when Iterable may have it or not; the answer there and unread.</summary>
    public const string BeforeCall = "call.before";

    public const string CallWritten = "call.written";
    public const string CallAnswered = "call.answered";

    /// <summary>The answer read, before it is written down; an entry updated; just before the commit; on disk.</summary>
    public const string BeforeSettle = "settle.before";

    public const string InSettle = "settle.inside";
    public const string Settling = "settle.committing";
    public const string Settled = "settle.committed";

    public static IReadOnlyList<string> All { get; } =
    [
        Load, Backlog, BeforeStage, InStage, Staged, BeforeAccept, InAccept, Accepting, Accepted, Answered, Read,
        BeforeCall, CallWritten, CallAnswered, BeforeSettle, InSettle, Settling, Settled,
    ];
}
