using Iterable.Client;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Delivery.Pacing;

/// <summary>The one budget of each project, which every call made for it is paid from, whoever makes it.</summary>
internal interface IProjectBudgets
{
    ICallBudget For(Project project);
}

/// <summary>Makes of a project what the client wants.</summary>
internal static class ProjectBudgetsExtensions
{
    public static IterableProject CallerFor(this IProjectBudgets budgets, Project project) =>
        new(project.ApiKey, project.DataCenter, budgets.For(project));
}
