using FluentValidation;

namespace IterableForwarder.Administration;

/// <summary>Why an operator stops or resumes something.</summary>
internal sealed record StopRequest
{
    /// <summary>Kept in the history, and shown as <c>holdDetail</c> while it is paused; at most 200 characters.</summary>
    public string? Reason { get; init; }
}

internal sealed class StopRequestRules : AbstractValidator<StopRequest>
{
    public StopRequestRules() =>
        RuleFor(r => r.Reason).MaximumLength(Rules.MostCharacters).WithMessage($"must have at most {Rules.MostCharacters} characters");
}
