using System.Globalization;
using System.Text.Json.Serialization;
using FluentValidation;
using IterableForwarder.Administration.Documentation;
using IterableForwarder.Changes;
using IterableForwarder.Http.Documentation;
using IterableForwarder.Journal;

namespace IterableForwarder.Outcomes.Replay;

/// <summary>Which undelivered changes to replay.</summary>
internal sealed record ReplayRequest
{
    private static readonly string[] TimeForms = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd"];

    /// <summary>Batches received at this time or later; by default from the first one stored.</summary>
    public string? From { get; init; }

    /// <summary>Batches received before this time; by default until now.</summary>
    public string? To { get; init; }

    /// <summary><c>rejected</c>, <c>dropped</c>, or both, as by default.</summary>
    [OneOf(Vocabulary.UndeliveredOutcomes)]
    public IReadOnlyList<string?>? Outcomes { get; init; }

    /// <summary>Only those with one of these reasons; all when empty.</summary>
    [OneOf(Vocabulary.Reasons)]
    public IReadOnlyList<string?>? Reasons { get; init; }

    /// <summary>True to count only; false by default.</summary>
    public bool? DryRun { get; init; }

    public UndeliveredFilter FilterFor(FeedId feed) => new(
        feed,
        TimeOf(From),
        TimeOf(To),
        Outcomes is { Count: > 0 } ? [.. Outcomes.Select(OutcomeOf).OfType<Outcome>()] : [Outcome.Dropped, Outcome.Rejected],
        Reasons is null ? [] : [.. Reasons.OfType<string>()]);

    /// <summary>A time by RFC 3339; one without a zone is in UTC, and a day begins at midnight. Null for anything else.</summary>
    public static DateTimeOffset? TimeOf(string? text) =>
        DateTimeOffset.TryParseExact(text, TimeForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    public static Outcome? OutcomeOf(string? word) => word switch
    {
        "rejected" => Outcome.Rejected,
        "dropped" => Outcome.Dropped,
        _ => null,
    };
}

/// <summary>The result of a replay or a dry run.</summary>
internal sealed record ReplayResponse
{
    /// <summary>Number of affected batches; each becomes a new one, or one for each audience that gets its connection with the replay.</summary>
    public required int Batches { get; init; }

    /// <summary>Number of replayed changes.</summary>
    public required long Members { get; init; }

    /// <summary>False for a dry run.</summary>
    public required bool Replayed { get; init; }

    /// <summary>The new batches, in the order of those they replay; empty for a dry run.</summary>
    public required IReadOnlyList<string> BatchIds { get; init; }

    /// <summary>Number of changes whose audiences still exceed <c>Ingest__MaxNewAudiences</c>: they stay as they are. Left out where there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? WithoutRoom { get; init; }

    /// <summary>Of a replay that was accepted.</summary>
    public static ReplayResponse Of(ReplayDraft draft) => new()
    {
        Batches = draft.Batches.Select(b => b.ReplayOf).Distinct().Count(),
        Members = draft.Batches.Sum(b => b.Received),
        Replayed = true,
        BatchIds = [.. draft.Batches.Select(b => b.Id.ToString())],
        WithoutRoom = draft.WithoutRoom > 0 ? draft.WithoutRoom : null,
    };
}

internal sealed class ReplayRules : AbstractValidator<ReplayRequest>
{
    private const string NotATime = "must be a time such as 2026-01-31T13:00:00Z";

    public ReplayRules()
    {
        var reasons = Vocabularies.WordsOf(Vocabulary.Reasons);
        RuleFor(r => r.From).Must(IsNullOrTime).WithMessage(NotATime);
        RuleFor(r => r.To).Must(IsNullOrTime).WithMessage(NotATime);
        RuleFor(r => r.To).Must((r, to) => !(ReplayRequest.TimeOf(to) <= ReplayRequest.TimeOf(r.From))).WithMessage("must be later than from");
        RuleForEach(r => r.Outcomes).Must(word => ReplayRequest.OutcomeOf(word) is not null).WithMessage("must be one of: rejected, dropped");
        RuleForEach(r => r.Reasons).Must(word => reasons.Contains(word)).WithMessage($"must be one of: {string.Join(", ", reasons)}");
    }

    private static bool IsNullOrTime(string? text) => text is null || ReplayRequest.TimeOf(text) is not null;
}
