namespace Iterable.Client.Results;

/// <summary>The one answer to one call. Expected failure is a value here, never an exception.</summary>
public record CallResult
{
    /// <summary>Which of the closed set this is.</summary>
    public required CallResultKind Kind { get; init; }

    /// <summary>The HTTP status, or null when none arrived.</summary>
    public int? StatusCode { get; init; }

    /// <summary>
    /// Iterable's code, such as <c>BadApiKey</c>, or one of <see cref="ErrorCodes"/>; null when processed or when none came.
    /// What does not look like a code (64 letters, digits, '.', '-' and '_' at most) is not passed on, so it may be logged.
    /// </summary>
    public string? Code { get; init; }

    /// <summary>Iterable's message, at most 500 characters. It may name a person: keep it out of logs.</summary>
    public string? Message { get; init; }

    /// <summary>How long to wait: the longer of Retry-After and rateLimitReset, where either came; a day at most.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The members that failed by name, at most one failure each, in order of position.</summary>
    public IReadOnlyList<MemberFailure> Failures { get; init; } = [];

    /// <summary>How many failures Iterable counted beyond those named; 0 when all are known.</summary>
    public int UnnamedFailures { get; init; }

    /// <summary>Set where the counts of the answer add up to less than was sent: a sentence with the numbers, without a name. The members count as processed.</summary>
    public string? CountsShort { get; init; }

    /// <summary>For <see cref="CallResultKind.RequestRefused"/> of a single member: the reason its code stands for.</summary>
    public MemberFailureReason RefusalReason { get; init; } = MemberFailureReason.Refused;

    /// <summary>For <see cref="CallResultKind.RequestRefused"/>: the fields whose types Iterable refused, where it named them.</summary>
    public IReadOnlyList<FieldMismatch> FieldMismatches { get; init; } = [];

    /// <summary>How many attempts were made, quick retries included; 0 when nothing was sent.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>Leaves out the message, which may name a person, and any value.</summary>
    public sealed override string ToString() =>
        $"CallResult {{ Kind = {Kind}, StatusCode = {StatusCode}, Code = {Code}, Failures = {Failures.Count}, UnnamedFailures = {UnnamedFailures}, RetryAfter = {RetryAfter}, Attempts = {Attempts} }}";
}
