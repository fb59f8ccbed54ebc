using FluentValidation;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration.Connections;

/// <summary>What is wrong with the settings of a connection, whatever it was before.</summary>
internal sealed class ConnectionRules : AbstractValidator<ConnectionSettings>
{
    private const int MostAttributes = 100;

    public ConnectionRules()
    {
        RuleFor(c => c.Name).Name();
        RuleFor(c => c.AudienceId)
            .Must(id => id is null || !string.IsNullOrWhiteSpace(id)).WithMessage("must not be empty; leave it out for none")
            .MaximumLength(Rules.MostCharacters).WithMessage($"must have at most {Rules.MostCharacters} characters");
        RuleFor(c => c.ListId).GreaterThanOrEqualTo(1).WithMessage("must be 1 or more");
        RuleFor(c => c.ListName)
            .Must(name => name is null || !string.IsNullOrWhiteSpace(name)).WithMessage("must not be empty")
            .MaximumLength(Rules.MostCharacters).WithMessage($"must have at most {Rules.MostCharacters} characters");
        RuleFor(c => c.CampaignId).GreaterThanOrEqualTo(1).WithMessage("must be 1 or more");
        RuleFor(c => c.Attributes).Must(a => a.Count <= MostAttributes).WithMessage($"must be at most {MostAttributes}");
        RuleFor(c => c.Attributes)
            .Must(a => a.Keys.All(IsName)).WithMessage($"has a field name that is blank or longer than {Rules.MostCharacters} characters")
            .Must(a => a.Values.All(IsName)).WithMessage($"has an attribute name that is blank or longer than {Rules.MostCharacters} characters");
        RuleFor(c => c.Identifiers!).SetValidator(new IdentifierRules()).When(c => c.Identifiers is not null);
    }

    private static bool IsName(string? text) => !string.IsNullOrWhiteSpace(text) && text.Length <= Rules.MostCharacters;
}

internal sealed class IdentifierRules : AbstractValidator<IdentifierPaths>
{
    private const int MostPaths = 10;

    public IdentifierRules()
    {
        RuleFor(i => i.Email).Must(HasFewPaths).WithMessage($"must have at most {MostPaths} paths");
        RuleFor(i => i.UserId).Must(HasFewPaths).WithMessage($"must have at most {MostPaths} paths");
        RuleForEach(i => i.Email).Must(IsPath).WithMessage(NoPath);
        RuleForEach(i => i.UserId).Must(IsPath).WithMessage(NoPath);
        RuleFor(i => i.UserId).Must((i, userId) => i.Email is not { Count: 0 } || userId is not { Count: 0 })
            .WithMessage("must not be empty beside an empty email: nobody could be told apart");
    }

    private static string NoPath => $"must be names behind dots, such as traits.email, of at most {Rules.MostCharacters} characters";

    private static bool HasFewPaths(IReadOnlyList<string>? paths) => paths is null || paths.Count <= MostPaths;

    private static bool IsPath(string? path) =>
        path is { Length: > 0 and <= Rules.MostCharacters } && path.Split('.').All(name => !string.IsNullOrWhiteSpace(name));
}
