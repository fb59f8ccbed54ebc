using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using FluentValidation;
using Iterable.Client;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Mapping;

namespace IterableForwarder.Administration.Projects;

/// <summary>What is wrong with the settings of a project, whatever it was before.</summary>
internal sealed class ProjectRules : AbstractValidator<ProjectRequest>
{
    public ProjectRules()
    {
        RuleFor(p => p.Name).Name();
        RuleFor(p => p.ApiKey).ApiKey();
        RuleFor(p => p.Type)
            .Must((p, type) => type != ProjectType.Email || p.DataCenter != IterableDataCenter.Eu)
            .WithMessage("must not be 'email' in the EU data center, which does not support it");
        RuleFor(p => p.SegmentSecret).MaximumLength(Rules.MaxCharacters).WithMessage($"must have at most {Rules.MaxCharacters} characters");
        foreach (var budget in typeof(Budgets).GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var allowed = budget.GetCustomAttribute<RangeAttribute>()!;
            RuleFor(p => p.Budgets)
                .Must(budgets => allowed.IsValid(budget.GetValue(budgets)))
                .OverridePropertyName($"Budgets.{budget.Name}")
                .WithMessage(string.Create(CultureInfo.InvariantCulture, $"must be {allowed.Minimum} to {allowed.Maximum}"));
        }
    }
}

internal sealed class KeyChangeRules : AbstractValidator<KeyChange>
{
    public KeyChangeRules() => RuleFor(c => c.ApiKey).Must(key => !string.IsNullOrEmpty(key)).WithMessage("is required").ApiKey();
}
