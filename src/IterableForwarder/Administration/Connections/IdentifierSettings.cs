using FluentValidation;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration.Connections;

/// <summary>
/// Where the source's message has the identifiers, as names behind dots such as <c>context.traits.email</c>: of several paths
/// the first that says something counts. Null for the source's own choice, an empty list for none.
/// </summary>
internal sealed record IdentifierSettings
{
    /// <summary>Paths to the e-mail; <c>traits.email</c>, <c>properties.email</c>, <c>context.traits.email</c> by default.</summary>
    public IReadOnlyList<string?>? Email { get; init; }

    /// <summary>Paths to the user id; <c>userId</c> by default.</summary>
    public IReadOnlyList<string?>? UserId { get; init; }

    public IdentifierPaths ToPaths() => new(Email?.Select(p => p!).ToArray(), UserId?.Select(p => p!).ToArray());

    /// <summary>Null where the source's own choice counts for both.</summary>
    public static IdentifierSettings? Of(IdentifierPaths? paths) => paths is null ? null : new() { Email = paths.Email, UserId = paths.UserId };
}

internal sealed class IdentifierRules : AbstractValidator<IdentifierSettings>
{
    private const int MaxPaths = 10;

    public IdentifierRules()
    {
        RuleFor(i => i.Email).Must(HasFewPaths).WithMessage($"must have at most {MaxPaths} paths");
        RuleFor(i => i.UserId).Must(HasFewPaths).WithMessage($"must have at most {MaxPaths} paths");
        RuleForEach(i => i.Email).Must(IsPath).WithMessage(NoPath);
        RuleForEach(i => i.UserId).Must(IsPath).WithMessage(NoPath);
        RuleFor(i => i.UserId).Must((i, userId) => i.Email is not { Count: 0 } || userId is not { Count: 0 })
            .WithMessage("must not be empty if email is empty: members need an identifier");
    }

    private static string NoPath => $"must be names behind dots, such as traits.email, of at most {Rules.MaxCharacters} characters";

    private static bool HasFewPaths(IReadOnlyList<string?>? paths) => paths is null || paths.Count <= MaxPaths;

    private static bool IsPath(string? path) =>
        path is { Length: > 0 and <= Rules.MaxCharacters } && path.Split('.').All(name => !string.IsNullOrWhiteSpace(name));
}
