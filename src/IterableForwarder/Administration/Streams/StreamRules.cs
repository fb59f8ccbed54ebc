using FluentValidation;
using IterableForwarder.Changes;
using IterableForwarder.Http;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration.Streams;

internal abstract class StreamRules<T> : AbstractValidator<T>
    where T : StreamSettings
{
    protected StreamRules()
    {
        RuleFor(s => s.Name).Name();
        RuleFor(s => s).Custom((settings, context) => new StreamCheck((path, error) => context.AddFailure(path, error)).Check(settings));
    }
}

internal sealed class NewStreamRules : StreamRules<NewStream>
{
    public NewStreamRules(IProjectDirectory directory)
    {
        RuleFor(s => s.ProjectId).Must(id => !string.IsNullOrEmpty(id)).WithMessage("is required");
        RuleFor(s => s.ProjectId)
            .Must(id => ProjectId.TryParse(id, out var project) && directory.TryGet(project, out _)).WithMessage("is not a known project")
            .When(s => !string.IsNullOrEmpty(s.ProjectId));
    }
}

internal sealed class StreamReplacementRules : StreamRules<StreamReplacement>;

internal sealed class StreamQueryRules : PageRules<StreamQuery>
{
    public StreamQueryRules()
    {
        RuleFor(q => q.Source).OneOf(SettingsWords.Sources);
        RuleFor(q => q.State).OneOf(ShownState.States);
    }
}
