using FluentValidation;
using IterableForwarder.Changes;
using IterableForwarder.Http;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Mapping;

namespace IterableForwarder.Administration.Connections;

internal abstract class ConnectionRules<T> : AbstractValidator<T>
    where T : ConnectionSettings
{
    private const int MaxAttributes = 100;

    protected ConnectionRules()
    {
        RuleFor(c => c.Name).Name();
        RuleFor(c => c.Source).OneOf(SettingsWords.Sources);
        RuleFor(c => c.AudienceId)
            .Must(id => id is null || !string.IsNullOrWhiteSpace(id)).WithMessage("must not be empty; leave it out for none")
            .MaximumLength(Rules.MaxCharacters).WithMessage($"must have at most {Rules.MaxCharacters} characters");
        RuleFor(c => c.ListId).GreaterThanOrEqualTo(1).WithMessage("must be 1 or more");
        RuleFor(c => c.ListName)
            .Must(name => name is null || !string.IsNullOrWhiteSpace(name)).WithMessage("must not be empty")
            .MaximumLength(Rules.MaxCharacters).WithMessage($"must have at most {Rules.MaxCharacters} characters");
        RuleFor(c => c.UserId).OneOf(SettingsWords.IdentityRules);
        RuleFor(c => c.CampaignId).GreaterThanOrEqualTo(1).WithMessage("must be 1 or more");
        RuleFor(c => c.Attributes).Must(a => a is null || a.Count <= MaxAttributes).WithMessage($"must be at most {MaxAttributes}");
        RuleFor(c => c.Attributes)
            .Must(a => a is null || a.Keys.All(IsName)).WithMessage($"has a field name that is blank or longer than {Rules.MaxCharacters} characters")
            .Must(a => a is null || a.Values.All(IsName)).WithMessage($"has an attribute name that is blank or longer than {Rules.MaxCharacters} characters");
        RuleFor(c => c.Identifiers!).SetValidator(new IdentifierRules()).When(c => c.Identifiers is not null);
    }

    private static bool IsName(string? text) => !string.IsNullOrWhiteSpace(text) && text.Length <= Rules.MaxCharacters;
}

internal sealed class NewConnectionRules : ConnectionRules<NewConnection>
{
    public NewConnectionRules(IProjectDirectory directory)
    {
        RuleFor(c => c.ProjectId).Must(id => !string.IsNullOrEmpty(id)).WithMessage("is required");
        RuleFor(c => c.ProjectId)
            .Must(id => ProjectId.TryParse(id, out var project) && directory.TryGet(project, out _)).WithMessage("is not a known project")
            .When(c => !string.IsNullOrEmpty(c.ProjectId));
        RuleFor(c => c.ListId).Must((c, id) => id is not null || c.ListName is not null).WithMessage("is required, unless listName is given");
        RuleFor(c => c.AudienceId).Must((c, id) => id is not null || c.Source is null or "members").WithMessage("is required for this source");
        RuleFor(c => c.ListName).Must((c, name) => name is null || c.ListId is null).WithMessage("must not be combined with listId");
        RuleFor(c => c).Custom((connection, context) =>
        {
            if (!SettingsWords.Sources.TryParse(connection.Source ?? SettingsWords.Sources[Source.Members], out var source)) return;
            var project = ProjectId.TryParse(connection.ProjectId, out var id) && directory.TryGet(id, out var known) ? known : null;
            SourceCheck.Check(connection, source, project, (path, error) => context.AddFailure(path, error));
        });
    }
}

/// <summary>Settings that have no effect for the connection's source or project, and are therefore refused.</summary>
internal static class SourceCheck
{
    public static void Check(ConnectionSettings request, Source source, Project? project, Action<string, string> error)
    {
        var word = SettingsWords.Sources[source];
        if (request.Identifiers is not null && source is Source.Members or Source.MParticle)
            error("identifiers", $"has no effect for the source {word}: it is for segment and amplitude");
        if (source == Source.Amplitude)
        {
            CheckCohortPaths(request.Identifiers?.Email, "identifiers.email", error);
            CheckCohortPaths(request.Identifiers?.UserId, "identifiers.userId", error);
        }
        if (request.RequireEmail is not false) return;
        if (source is Source.Segment or Source.Amplitude)
            error("requireEmail", $"has no effect for the source {word}, whose members need no e-mail; leave it out");
        else if (project?.Type == ProjectType.Email)
            error("requireEmail", "must not be false in a project of the type 'email', where the e-mail identifies members");
    }

    private static void CheckCohortPaths(IReadOnlyList<string?>? paths, string at, Action<string, string> error)
    {
        for (var i = 0; i < paths?.Count; i++)
        {
            if (paths[i] is { } path && !CohortPath.IsOne(path))
                error($"{at}[{i}]", $"has no effect for the source amplitude: it must be {CohortPath.UserId}, or a name behind {CohortPath.Properties}");
        }
    }
}

internal sealed class ConnectionReplacementRules : ConnectionRules<ConnectionReplacement>;

internal sealed class ConnectionQueryRules : PageRules<ConnectionQuery>
{
    public ConnectionQueryRules()
    {
        RuleFor(q => q.Source).OneOf(SettingsWords.Sources);
        RuleFor(q => q.State).OneOf(ShownState.States);
    }
}

internal sealed class HoldRequestRules : AbstractValidator<HoldRequest>
{
    public HoldRequestRules() =>
        RuleFor(r => r.Reason).MaximumLength(Rules.MaxCharacters).WithMessage($"must have at most {Rules.MaxCharacters} characters");
}
