using FluentValidation;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration.Connections;

/// <summary>What is wrong with the settings of a connection, whatever it was before.</summary>
internal sealed class ConnectionRules : AbstractValidator<ConnectionSettings>
{
    private const int MaxAttributes = 100;

    public ConnectionRules()
    {
        RuleFor(c => c.Name).Name();
        RuleFor(c => c.AudienceId)
            .Must(id => id is null || !string.IsNullOrWhiteSpace(id)).WithMessage("must not be empty; leave it out for none")
            .MaximumLength(Rules.MaxCharacters).WithMessage($"must have at most {Rules.MaxCharacters} characters");
        RuleFor(c => c.ListId).GreaterThanOrEqualTo(1).WithMessage("must be 1 or more");
        RuleFor(c => c.ListName)
            .Must(name => name is null || !string.IsNullOrWhiteSpace(name)).WithMessage("must not be empty")
            .MaximumLength(Rules.MaxCharacters).WithMessage($"must have at most {Rules.MaxCharacters} characters");
        RuleFor(c => c.CampaignId).GreaterThanOrEqualTo(1).WithMessage("must be 1 or more");
        RuleFor(c => c.Attributes).Must(a => a.Count <= MaxAttributes).WithMessage($"must be at most {MaxAttributes}");
        RuleFor(c => c.Attributes)
            .Must(a => a.Keys.All(IsName)).WithMessage($"has a field name that is blank or longer than {Rules.MaxCharacters} characters")
            .Must(a => a.Values.All(IsName)).WithMessage($"has an attribute name that is blank or longer than {Rules.MaxCharacters} characters");
        RuleFor(c => c.Identifiers!).SetValidator(new IdentifierRules()).When(c => c.Identifiers is not null);
    }

    private static bool IsName(string? text) => !string.IsNullOrWhiteSpace(text) && text.Length <= Rules.MaxCharacters;
}

internal sealed class IdentifierRules : AbstractValidator<IdentifierPaths>
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

    private static bool HasFewPaths(IReadOnlyList<string>? paths) => paths is null || paths.Count <= MaxPaths;

    private static bool IsPath(string? path) =>
        path is { Length: > 0 and <= Rules.MaxCharacters } && path.Split('.').All(name => !string.IsNullOrWhiteSpace(name));
}
