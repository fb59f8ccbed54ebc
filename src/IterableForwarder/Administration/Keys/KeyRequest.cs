using FluentValidation;
using IterableForwarder.Changes;
using IterableForwarder.Http.Documentation;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration.Keys;

/// <summary>A key to be created.</summary>
internal sealed record NewKey
{
    /// <summary>Who or what uses it; shown in history and logs for what the key did.</summary>
    [Needed]
    public string? Name { get; init; }

    /// <summary><c>operator</c> opens everything; <c>ingest</c> opens the ingest paths, preview and the counts of batches; <c>metrics</c> opens the metrics.</summary>
    [Needed]
    [OneOf(Vocabulary.KeyKinds)]
    public string? Kind { get; init; }

    /// <summary>The projects an ingest key serves; left out or empty, it serves all.</summary>
    public IReadOnlyList<string?>? ProjectIds { get; init; }
}

internal sealed class NewKeyRules : AbstractValidator<NewKey>
{
    public NewKeyRules(IProjectDirectory directory)
    {
        RuleFor(k => k.Name).Name();
        RuleFor(k => k.Kind).Must(kind => kind is not null).WithMessage("is required").OneOf(SettingsWords.KeyKinds);
        RuleFor(k => k.ProjectIds)
            .Must((k, ids) => ids is null or [] || k.Kind is null or "ingest").WithMessage("can limit an ingest key only");
        RuleForEach(k => k.ProjectIds)
            .Must(id => ProjectId.TryParse(id, out var project) && directory.TryGet(project, out _)).WithMessage("is not a known project");
    }
}
