using System.Collections.Concurrent;
using Iterable.Client;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Delivery.Pacing;

/// <summary>Keeps the budgets of all projects, and follows their settings. Every call for a project counts against its one budget.</summary>
internal sealed class ProjectBudgets(IProjectDirectory directory, TimeProvider time)
{
    private readonly ConcurrentDictionary<ProjectId, ProjectBudget> _budgets = new();

    public ProjectBudget For(Project project)
    {
        var budget = _budgets.GetOrAdd(project.Id, _ => new ProjectBudget(project.Budgets, time));
        // whoever has waited for Iterable may still have the project as it was
        budget.Set(directory.TryGet(project.Id, out var now) ? now.Budgets : project.Budgets);
        return budget;
    }

    /// <summary>The project as the client needs it: its key, its data center and its budget.</summary>
    public IterableProject CallerFor(Project project) => new(project.ApiKey, project.DataCenter, For(project));

    /// <summary>The same for a question that a source has caused: all of these together take a small share of the budget.</summary>
    public IterableProject SideCallerFor(Project project) => new(project.ApiKey, project.DataCenter, For(project).Side);
}

/// <summary>What one project may ask of Iterable, for each class of endpoint.</summary>
internal sealed class ProjectBudget : ICallBudget
{
    private readonly TimeProvider _time;
    private readonly Dictionary<EndpointClass, RateLimiter> _limiters;

    public ProjectBudget(Budgets budgets, TimeProvider time)
    {
        _time = time;
        _limiters = Enum.GetValues<EndpointClass>().ToDictionary(c => c, c => new RateLimiter(budgets.Of(c), time));
        Side = new SideBudget(this, budgets.Lists, time);
    }

    /// <summary>What the creation of lists and questions about keys may take of it.</summary>
    public SideBudget Side { get; }

    public RateLimiter Of(EndpointClass endpointClass) => _limiters[endpointClass];

    public void Set(Budgets budgets)
    {
        foreach (var (endpointClass, limiter) in _limiters) limiter.Set(budgets.Of(endpointClass));
        Side.Set(budgets.Lists);
    }

    /// <summary>Ends the waits that Iterable asked for, in every class.</summary>
    public void EndAskedWaits()
    {
        foreach (var limiter in _limiters.Values) limiter.EndAskedWait();
    }

    public async ValueTask TakeAsync(EndpointClass endpointClass, CancellationToken cancellationToken)
    {
        while (!Of(endpointClass).TryAcquire(out var wait)) await Task.Delay(MonotonicClock.Cut(wait), _time, cancellationToken);
    }
}
