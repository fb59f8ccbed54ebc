using Iterable.Client;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Mapping;

namespace IterableForwarder.Administration.Projects;

/// <summary>From a request that has passed its rules to a project. What is left out takes its default.</summary>
internal static class ProjectMapping
{
    public static Project ToProject(this NewProject request, TimeProvider time) => new()
    {
        Id = ProjectId.New(time),
        Name = request.Name!,
        ApiKey = request.ApiKey!,
        DataCenter = DataCenterOf(request),
        Type = TypeOf(request),
        UserId = RuleOf(request),
        Budgets = BudgetsOf(request.Budgets),
        SegmentSecret = string.IsNullOrEmpty(request.SegmentSecret) ? null : request.SegmentSecret,
        CreatedAt = time.GetStoredNow(),
    };

    public static Project ApplyTo(this ProjectReplacement request, Project project)
    {
        var changed = project.WithApiKey(request.ApiKey ?? project.ApiKey);
        return Apply(request, changed with { KeyUnverified = changed.KeyUnverified || DataCenterOf(request) != project.DataCenter });
    }

    private static Project Apply(ProjectReplacement request, Project project) => project with
    {
        Name = request.Name!,
        DataCenter = DataCenterOf(request),
        Type = TypeOf(request),
        UserId = RuleOf(request),
        Budgets = BudgetsOf(request.Budgets),
        SegmentSecret = request.SegmentSecret switch { null => project.SegmentSecret, "" => null, var secret => secret },
        // an operator's word ends the following of the source
        Source = project.Source is { } source ? source with { FollowsSource = false } : null,
    };

    private static IterableDataCenter DataCenterOf(ProjectSettings request) =>
        request.DataCenter is { } word ? SettingsWords.DataCenters.Parse(word) : IterableDataCenter.Us;

    private static ProjectType TypeOf(ProjectSettings request) =>
        request.Type is { } word ? SettingsWords.ProjectTypes.Parse(word) : ProjectType.Hybrid;

    private static IdentityRule RuleOf(ProjectSettings request) =>
        request.UserId is { } word ? SettingsWords.IdentityRules.Parse(word) : IdentityRule.CustomerId;

    private static Budgets BudgetsOf(BudgetSettings? budgets) => new(
        budgets?.Lists ?? Budgets.Default.Lists, budgets?.Users ?? Budgets.Default.Users, budgets?.Events ?? Budgets.Default.Events);
}
