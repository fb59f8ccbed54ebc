using System.Collections.Concurrent;
using Iterable.Client;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Delivery.Pacing;

/// <summary>Keeps the budgets of all projects, and follows their settings.</summary>
internal sealed class ProjectBudgets(TimeProvider time) : IProjectBudgets
{
    private readonly ConcurrentDictionary<ProjectId, ProjectBudget> _budgets = new();

    ICallBudget IProjectBudgets.For(Project project) => For(project);

    public ProjectBudget For(Project project)
    {
        var budget = _budgets.GetOrAdd(project.Id, _ => new ProjectBudget(project.Budgets, time));
        budget.Set(project.Budgets);
        return budget;
    }
}

/// <summary>What one project may ask of Iterable, for each class of endpoint.</summary>
internal sealed class ProjectBudget(Budgets budgets, TimeProvider time) : ICallBudget
{
    private readonly Dictionary<EndpointClass, RateLimiter> _limiters =
        Enum.GetValues<EndpointClass>().ToDictionary(c => c, c => new RateLimiter(budgets.Of(c), time));

    public RateLimiter Of(EndpointClass endpointClass) => _limiters[endpointClass];

    public void Set(Budgets budgets)
    {
        foreach (var (endpointClass, limiter) in _limiters) limiter.Set(budgets.Of(endpointClass));
    }

    /// <summary>Ends the waits that Iterable asked for, in every class.</summary>
    public void EndAskedWaits()
    {
        foreach (var limiter in _limiters.Values) limiter.EndAskedWait();
    }

    public async ValueTask TakeAsync(EndpointClass endpointClass, CancellationToken cancellationToken)
    {
        while (!Of(endpointClass).TryAcquire(out var wait)) await Task.Delay(wait, time, cancellationToken);
    }
}
