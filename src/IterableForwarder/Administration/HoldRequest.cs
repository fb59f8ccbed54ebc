using FluentValidation;

namespace IterableForwarder.Administration;

/// <summary>Why an operator pauses or resumes something.</summary>
internal sealed record HoldRequest
{
    /// <summary>Kept in the history, and shown as <c>holdDetail</c> while it is paused; at most 200 characters.</summary>
    public string? Reason { get; init; }
}

internal sealed class HoldRequestRules : AbstractValidator<HoldRequest>
{
    public HoldRequestRules() =>
        RuleFor(r => r.Reason).MaximumLength(Rules.MaxCharacters).WithMessage($"must have at most {Rules.MaxCharacters} characters");
}
