using FluentValidation;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration.Connections;

internal abstract class ConnectionRules<T> : AbstractValidator<T>
    where T : ConnectionSettings
{
    private const int MostAttributes = 100;

    protected ConnectionRules()
    {
        RuleFor(c => c.Name).Name();
        RuleFor(c => c.Source).OneOf(SettingsWords.Sources);
        RuleFor(c => c.AudienceId)
            .Must(id => id is null || !string.IsNullOrWhiteSpace(id)).WithMessage("must not be empty; leave it out for none")
            .MaximumLength(Rules.MostCharacters).WithMessage($"must have at most {Rules.MostCharacters} characters");
        RuleFor(c => c.ListId).GreaterThanOrEqualTo(1).WithMessage("must be 1 or more");
        RuleFor(c => c.ListId).Must((c, id) => id is not null || c.ListName is not null).WithMessage("is required, unless listName is given");
        RuleFor(c => c.ListName)
            .Must(name => name is null || !string.IsNullOrWhiteSpace(name)).WithMessage("must not be empty")
            .MaximumLength(Rules.MostCharacters).WithMessage($"must have at most {Rules.MostCharacters} characters");
        RuleFor(c => c.UserId).OneOf(SettingsWords.IdentityRules);
        RuleFor(c => c.CampaignId).GreaterThanOrEqualTo(1).WithMessage("must be 1 or more");
        RuleFor(c => c.Attributes).Must(a => a is null || a.Count <= MostAttributes).WithMessage($"must be at most {MostAttributes}");
        RuleFor(c => c.Attributes)
            .Must(a => a is null || a.Keys.All(IsName)).WithMessage($"has a field name that is blank or longer than {Rules.MostCharacters} characters")
            .Must(a => a is null || a.Values.All(IsName)).WithMessage($"has an attribute name that is blank or longer than {Rules.MostCharacters} characters");
        RuleFor(c => c.Identifiers!).SetValidator(new IdentifierRules()).When(c => c.Identifiers is not null);
    }

    private static bool IsName(string? text) => !string.IsNullOrWhiteSpace(text) && text.Length <= Rules.MostCharacters;
}

internal sealed class NewConnectionRules : ConnectionRules<NewConnection>
{
    public NewConnectionRules(IProjectDirectory directory)
    {
        RuleFor(c => c.ProjectId).Must(id => !string.IsNullOrEmpty(id)).WithMessage("is required");
        RuleFor(c => c.ProjectId)
            .Must(id => ProjectId.TryParse(id, out var project) && directory.TryGet(project, out _)).WithMessage("is no known project")
            .When(c => !string.IsNullOrEmpty(c.ProjectId));
        RuleFor(c => c.AudienceId).Must((c, id) => id is not null || c.Source is null or "members").WithMessage("is required for this source");
        RuleFor(c => c.ListName).Must((c, name) => name is null || c.ListId is null).WithMessage("must not be given beside listId: give one of them");
    }
}

internal sealed class ConnectionReplacementRules : ConnectionRules<ConnectionReplacement>;

internal sealed class ConnectionQueryRules : PageRules<ConnectionQuery>;

internal sealed class StopRequestRules : AbstractValidator<StopRequest>
{
    public StopRequestRules() =>
        RuleFor(r => r.Reason).MaximumLength(Rules.MostCharacters).WithMessage($"must have at most {Rules.MostCharacters} characters");
}
