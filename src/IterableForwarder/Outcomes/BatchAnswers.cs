using System.Text;
using IterableForwarder.Changes;
using IterableForwarder.Http.Documentation;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Outcomes;

/// <summary>The account of a batch. Always <c>received = delivered + superseded + dropped + rejected + pending</c>.</summary>
internal sealed record BatchAnswer
{
    public required string Id { get; init; }

    /// <summary>The connection it was for, or the stream.</summary>
    public required string ConnectionId { get; init; }

    /// <summary>What its changes are: <c>membership</c> for a connection; <c>event</c> or <c>user</c> for a stream.</summary>
    [OneOf(Vocabulary.ChangeKinds)]
    public required string Kind { get; init; }

    /// <summary>Which format brought it: members, mparticle, segment or amplitude.</summary>
    [OneOf(Vocabulary.Sources)]
    public required string Source { get; init; }

    /// <summary>The source's own id of the message.</summary>
    public required string? SourceId { get; init; }

    /// <summary>The batch whose changes were sent again with this one.</summary>
    public required string? ReplayOf { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public required DateTimeOffset? CompletedAt { get; init; }

    /// <summary><c>pending</c> or <c>completed</c>.</summary>
    [OneOf("pending", "completed")]
    public required string State { get; init; }

    public required BatchCounts Counts { get; init; }

    /// <summary>How many were dropped or rejected, by reason.</summary>
    public required IReadOnlyDictionary<string, long> Reasons { get; init; }

    public static BatchAnswer Of(BatchAccount account, FeedPlace place) => new()
    {
        Id = account.Id.ToString(),
        ConnectionId = place.Id.ToString(),
        Kind = place.Kind,
        Source = SettingsWords.Sources[account.Source],
        SourceId = account.SourceId,
        ReplayOf = account.ReplayOf?.ToString(),
        ReceivedAt = account.ReceivedAt,
        CompletedAt = account.CompletedAt,
        State = account.Pending > 0 ? "pending" : "completed",
        Counts = new(account.Received, account.Delivered, account.Superseded, account.Dropped, account.Rejected, account.Pending),
        Reasons = account.Reasons,
    };
}

/// <summary>How many changes of a batch came to what.</summary>
/// <param name="Received">All of them.</param>
/// <param name="Delivered">Iterable has them.</param>
/// <param name="Superseded">A later change of the same member made them needless.</param>
/// <param name="Dropped">Our rules do not forward them.</param>
/// <param name="Rejected">Iterable refused them.</param>
/// <param name="Pending">Still owed.</param>
internal sealed record BatchCounts(long Received, long Delivered, long Superseded, long Dropped, long Rejected, long Pending);

/// <summary>A change that was not delivered.</summary>
internal sealed record MemberAnswer
{
    /// <summary>Its position in the batch.</summary>
    public required long Index { get; init; }

    /// <summary><c>add</c>, <c>remove</c>, or <c>unsupported</c> for what a source may say but Iterable has no call for; <c>detail</c> then has the source's word.</summary>
    [OneOf(Vocabulary.ChangeActions)]
    public required string Action { get; init; }

    public required string? Email { get; init; }

    public required string? CustomerId { get; init; }

    public required string? Mpid { get; init; }

    /// <summary><c>dropped</c> or <c>rejected</c>.</summary>
    [OneOf(Vocabulary.UndeliveredOutcomes)]
    public required string Outcome { get; init; }

    [OneOf(Vocabulary.Reasons)]
    public required string Reason { get; init; }

    /// <summary>Iterable's code and words, where it had any.</summary>
    public required string? Detail { get; init; }

    public static MemberAnswer Of(UndeliveredChange undelivered) => new()
    {
        Index = undelivered.Index,
        Action = MemberWords.Of(undelivered.Change.Action),
        Email = MemberWords.TextOf(undelivered.Change.Email),
        CustomerId = MemberWords.TextOf(undelivered.Change.CustomerId),
        Mpid = MemberWords.TextOf(undelivered.Change.Mpid),
        Outcome = OutcomeWords.Of(undelivered.Outcome),
        Reason = undelivered.Reason,
        Detail = undelivered.Detail,
    };
}

/// <summary>How a change is shown.</summary>
internal static class MemberWords
{
    public static string Of(ChangeAction action) => action switch
    {
        ChangeAction.Add => "add",
        ChangeAction.Remove => "remove",
        ChangeAction.Unsupported or ChangeAction.BadMembership => "unsupported",
        _ => throw new ArgumentOutOfRangeException(nameof(action), action, "Unknown action"),
    };

    public static string? TextOf(ReadOnlyMemory<byte> value) => value.IsEmpty ? null : Encoding.UTF8.GetString(value.Span);
}

/// <summary>The contract's words for what became of a change.</summary>
internal static class OutcomeWords
{
    /// <summary>Those that the members of a batch may be listed under.</summary>
    public const string Allowed = "dropped, rejected";

    public static string Of(Outcome outcome) => outcome switch
    {
        Outcome.Pending => "pending",
        Outcome.Delivered => "delivered",
        Outcome.Superseded => "superseded",
        Outcome.Dropped => "dropped",
        Outcome.Rejected => "rejected",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Unknown outcome"),
    };

    public static bool TryParse(string? word, out Outcome? outcome)
    {
        (var known, outcome) = word switch
        {
            null or "" => (true, (Outcome?)null),
            "dropped" => (true, Outcome.Dropped),
            "rejected" => (true, Outcome.Rejected),
            _ => (false, null),
        };
        return known;
    }
}
