using System.Collections.Concurrent;
using Iterable.Client;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Delivery.Pacing;

/// <summary>Keeps the budgets of all projects, and follows their settings. Every call for a project counts against its one budget.</summary>
internal sealed class ProjectBudgets(TimeProvider time)
{
    private readonly ConcurrentDictionary<ProjectId, ProjectBudget> _budgets = new();

    public ProjectBudget For(Project project)
    {
        var budget = _budgets.GetOrAdd(project.Id, _ => new ProjectBudget(project.Budgets, time));
        budget.Set(project.Budgets);
        return budget;
    }

    /// <summary>The project as the client needs it: its key, its data center and its budget.</summary>
    public IterableProject CallerFor(Project project) => new(project.ApiKey, project.DataCenter, For(project));
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
        while (!Of(endpointClass).TryAcquire(out var wait)) await Task.Delay(MonotonicClock.Cut(wait), time, cancellationToken);
    }
}
