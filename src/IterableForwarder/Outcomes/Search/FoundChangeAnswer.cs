using IterableForwarder.Http.Documentation;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Outcomes.Search;

/// <summary>A change of the person looked for, and what became of it.</summary>
internal sealed record FoundChangeAnswer
{
    /// <summary>The connection it was for, or the stream.</summary>
    public required string ConnectionId { get; init; }

    /// <summary>Its name, or the stream's.</summary>
    public required string Connection { get; init; }

    public required string ProjectId { get; init; }

    /// <summary>The project's name.</summary>
    public required string Project { get; init; }

    /// <summary>The Iterable list it was accepted for; null for a stream, and where a source brought no usable list.</summary>
    public required long? ListId { get; init; }

    /// <summary>The list's name, where it was found or made by its name.</summary>
    public required string? List { get; init; }

    /// <summary>What it is: a membership of a connection; an event or a user of a stream.</summary>
    [OneOf(Vocabulary.ChangeKinds)]
    public required string Kind { get; init; }

    public required string BatchId { get; init; }

    /// <summary>Its position in the batch.</summary>
    public required long Index { get; init; }

    /// <summary><c>add</c>, <c>remove</c>, or <c>unsupported</c> for what a source may say but Iterable has no call for.</summary>
    [OneOf(Vocabulary.ChangeActions)]
    public required string Action { get; init; }

    public required string? Email { get; init; }

    public required string? CustomerId { get; init; }

    public required string? Mpid { get; init; }

    /// <summary>What became of it.</summary>
    [OneOf(Vocabulary.Outcomes)]
    public required string Outcome { get; init; }

    /// <summary>Why it was dropped or rejected; null otherwise.</summary>
    [OneOf(Vocabulary.Reasons)]
    public required string? Reason { get; init; }

    /// <summary>Iterable's code and words, where it had any.</summary>
    public required string? Detail { get; init; }

    /// <summary>Which format brought it: members, mparticle, segment or amplitude.</summary>
    [OneOf(Vocabulary.Sources)]
    public required string Source { get; init; }

    /// <summary>The source's own id of the message.</summary>
    public required string? SourceId { get; init; }

    /// <summary>When it happened, where the source said so.</summary>
    public required DateTimeOffset? OccurredAt { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>When all that was accepted together with it was settled; null until then.</summary>
    public required DateTimeOffset? SettledAt { get; init; }

    public static FoundChangeAnswer Of(FoundChange found, FeedPlace place, FoundPlace names) => new()
    {
        ConnectionId = place.Id.ToString(),
        Connection = names.Connection,
        ProjectId = names.Project.Id.ToString(),
        Project = names.Project.Name,
        ListId = names.ListId,
        List = names.List,
        Kind = place.Kind,
        BatchId = found.BatchId.ToString(),
        Index = found.Index,
        Action = MemberWords.Of(found.Change.Action),
        Email = MemberWords.TextOf(found.Change.Email),
        CustomerId = MemberWords.TextOf(found.Change.CustomerId),
        Mpid = MemberWords.TextOf(found.Change.Mpid),
        Outcome = OutcomeWords.Of(found.Outcome),
        Reason = found.Reason,
        Detail = found.Detail,
        Source = SettingsWords.Sources[found.Source],
        SourceId = found.SourceId,
        OccurredAt = found.Change.OccurredAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
        ReceivedAt = found.ReceivedAt,
        SettledAt = found.SettledAt,
    };
}
