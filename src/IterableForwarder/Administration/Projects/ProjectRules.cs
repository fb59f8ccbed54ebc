using FluentValidation;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration.Projects;

internal abstract class ProjectRules<T> : AbstractValidator<T>
    where T : ProjectSettings
{
    private const double MinBudget = 0.1;
    private const double MaxBudget = 100_000;

    protected ProjectRules()
    {
        RuleFor(p => p.Name).Name();
        RuleFor(p => p.ApiKey).ApiKey();
        RuleFor(p => p.DataCenter).OneOf(SettingsWords.DataCenters);
        RuleFor(p => p.Type).OneOf(SettingsWords.ProjectTypes);
        RuleFor(p => p.Type).Must((p, type) => type != "email" || !"eu".Equals(p.DataCenter, StringComparison.OrdinalIgnoreCase)).WithMessage("must not be 'email' in the EU data center, which does not support it");
        RuleFor(p => p.UserId).OneOf(SettingsWords.IdentityRules);
        RuleFor(p => p.SegmentSecret).MaximumLength(Rules.MaxCharacters).WithMessage($"must have at most {Rules.MaxCharacters} characters");
        When(p => p.Budgets is not null, () =>
        {
            RuleFor(p => p.Budgets!.Lists).InclusiveBetween(MinBudget, MaxBudget).WithMessage("must be 0.1 to 100000");
            RuleFor(p => p.Budgets!.Users).InclusiveBetween(MinBudget, MaxBudget).WithMessage("must be 0.1 to 100000");
            RuleFor(p => p.Budgets!.Events).InclusiveBetween(MinBudget, MaxBudget).WithMessage("must be 0.1 to 100000");
        });
    }
}

internal sealed class NewProjectRules : ProjectRules<NewProject>
{
    public NewProjectRules() => RuleFor(p => p.ApiKey).Must(key => !string.IsNullOrEmpty(key)).WithMessage("is required");
}

internal sealed class ProjectReplacementRules : ProjectRules<ProjectReplacement>
{
    public ProjectReplacementRules()
    {
        RuleFor(p => p.ApiKey).Must(key => key is not "").WithMessage("must not be empty; leave it out to keep the key");
        RuleFor(p => p.DataCenter).NotNull().WithMessage("is required");
        RuleFor(p => p.Type).NotNull().WithMessage("is required");
        RuleFor(p => p.UserId).NotNull().WithMessage("is required");
    }
}

internal sealed class KeyChangeRules : AbstractValidator<KeyChange>
{
    public KeyChangeRules() => RuleFor(c => c.ApiKey).Must(key => !string.IsNullOrEmpty(key)).WithMessage("is required").ApiKey();
}

internal static class KeyRules
{
    public static IRuleBuilderOptions<T, string?> ApiKey<T>(this IRuleBuilder<T, string?> rule) => rule
        .MaximumLength(Rules.MaxCharacters).WithMessage($"must have at most {Rules.MaxCharacters} characters")
        .Must(key => key is null || key.All(c => c is > ' ' and <= '~')).WithMessage("must contain only ASCII characters, without blanks");
}
