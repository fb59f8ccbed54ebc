using System.Globalization;
using FluentValidation;
using IterableForwarder.Administration.Documentation;
using IterableForwarder.Changes;
using IterableForwarder.Http.Documentation;
using IterableForwarder.Journal;

namespace IterableForwarder.Outcomes.Replay;

/// <summary>Which changes that were not delivered are to be sent again.</summary>
internal sealed record ReplayRequest
{
    /// <summary>Of batches received at this time or later; from the first one kept when left out.</summary>
    public string? From { get; init; }

    /// <summary>Of batches received before this time; up to now when left out.</summary>
    public string? To { get; init; }

    /// <summary><c>rejected</c>, <c>dropped</c>, or both, as by default.</summary>
    [OneOf(Vocabulary.UndeliveredOutcomes)]
    public IReadOnlyList<string?>? Outcomes { get; init; }

    /// <summary>Only those with one of these reasons; all when empty.</summary>
    [OneOf(Vocabulary.Reasons)]
    public IReadOnlyList<string?>? Reasons { get; init; }

    /// <summary>True to count them and do nothing; false by default.</summary>
    public bool? DryRun { get; init; }

    public UndeliveredFilter FilterFor(FeedId feed) => new(
        feed,
        ReplayTime.Parse(From),
        ReplayTime.Parse(To),
        Outcomes is { Count: > 0 } ? [.. Outcomes.Select(ReplayWords.OutcomeOf).OfType<Outcome>()] : [Outcome.Dropped, Outcome.Rejected],
        Reasons is null ? [] : [.. Reasons.OfType<string>()]);
}

/// <summary>What a replay came to, or, of a dry run, would come to.</summary>
internal sealed record ReplayAnswer
{
    /// <summary>How many batches had any; each becomes a new one.</summary>
    public required int Batches { get; init; }

    /// <summary>How many changes are sent again.</summary>
    public required long Members { get; init; }

    /// <summary>False for a dry run.</summary>
    public required bool Replayed { get; init; }

    /// <summary>The new batches, in the order of those they replay; empty for a dry run.</summary>
    public required IReadOnlyList<string> BatchIds { get; init; }
}

internal sealed class ReplayRules : AbstractValidator<ReplayRequest>
{
    public ReplayRules()
    {
        RuleFor(r => r.From).Must(ReplayTime.IsNullOrTime).WithMessage(ReplayTime.Fault);
        RuleFor(r => r.To).Must(ReplayTime.IsNullOrTime).WithMessage(ReplayTime.Fault);
        RuleFor(r => r.To).Must((r, to) => !(ReplayTime.Parse(to) <= ReplayTime.Parse(r.From))).WithMessage("must be later than from");
        RuleForEach(r => r.Outcomes).Must(word => ReplayWords.OutcomeOf(word) is not null).WithMessage("must be one of: rejected, dropped");
        RuleForEach(r => r.Reasons).Must(ReplayWords.IsReason).WithMessage($"must be one of: {ReplayWords.AllReasons}");
    }
}

/// <summary>Times of requests: RFC 3339; one without a zone is in UTC, and a day begins at midnight.</summary>
internal static class ReplayTime
{
    public const string Fault = "must be a time such as 2026-01-31T13:00:00Z";

    private static readonly string[] Forms = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd"];

    public static bool IsNullOrTime(string? text) => text is null || Parse(text) is not null;

    public static DateTimeOffset? Parse(string? text) =>
        DateTimeOffset.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}

/// <summary>The words of the contract that a replay may name.</summary>
internal static class ReplayWords
{
    public static string AllReasons { get; } = string.Join(", ", Vocabularies.WordsOf(Vocabulary.Reasons));

    public static bool IsReason(string? word) => Vocabularies.WordsOf(Vocabulary.Reasons).Contains(word);

    public static Outcome? OutcomeOf(string? word) => word switch
    {
        "rejected" => Outcome.Rejected,
        "dropped" => Outcome.Dropped,
        _ => null,
    };
}
