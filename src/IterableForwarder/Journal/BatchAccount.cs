using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Journal;

/// <summary>A batch and what became of it, as of one moment: received is the sum of the other counts.</summary>
internal sealed record BatchAccount
{
    public required BatchId Id { get; init; }

    public required ProjectId ProjectId { get; init; }

    public required FeedId FeedId { get; init; }

    public required Source Source { get; init; }

    public string? SourceId { get; init; }

    public BatchId? ReplayOf { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Null while a change is pending.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    public required long Received { get; init; }

    public required long Delivered { get; init; }

    public required long Superseded { get; init; }

    public required long Dropped { get; init; }

    public required long Rejected { get; init; }

    public long Pending => Received - Delivered - Superseded - Dropped - Rejected;

    /// <summary>How many were not delivered, by reason.</summary>
    public required IReadOnlyDictionary<string, long> Reasons { get; init; }
}

/// <summary>One change that was not delivered, with what it said.</summary>
/// <param name="Index">Its position in the batch.</param>
internal sealed record UndeliveredChange(long Index, Change Change, Outcome Outcome, string Reason, string? Detail);

/// <summary>Which batches are wanted; what is null does not matter.</summary>
/// <param name="SourceId">The source's own id of the message.</param>
/// <param name="FeedId">Of this feed.</param>
/// <param name="OrFeedId">Or of this one: the users' feed, where the other is that of a stream's events.</param>
/// <param name="Projects">Of these projects only.</param>
internal sealed record BatchFilter(string? SourceId, FeedId? FeedId, FeedId? OrFeedId = null, IReadOnlyCollection<ProjectId>? Projects = null);
