using System.Collections.Concurrent;
using Iterable.Client;
using IterableForwarder.Changes;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Delivery;

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
    private readonly Pace _lists = new(budgets.Lists, time);
    private readonly Pace _users = new(budgets.Users, time);
    private readonly Pace _events = new(budgets.Events, time);

    public Pace Of(EndpointClass endpointClass) => endpointClass switch
    {
        EndpointClass.Lists => _lists,
        EndpointClass.Users => _users,
        EndpointClass.Events => _events,
        _ => throw new ArgumentOutOfRangeException(nameof(endpointClass), endpointClass, "Unknown class of endpoint"),
    };

    public void Set(Budgets budgets)
    {
        _lists.Set(budgets.Lists);
        _users.Set(budgets.Users);
        _events.Set(budgets.Events);
    }

    public async ValueTask TakeAsync(EndpointClass endpointClass, CancellationToken cancellationToken)
    {
        while (!Of(endpointClass).TryTake(out var wait)) await Task.Delay(wait, time, cancellationToken);
    }
}

/// <summary>For a call whose first attempt was paid for before it was put together; retries pay as they come.</summary>
/// <param name="budget">Pays for the retries.</param>
/// <param name="underWay">Told of every attempt.</param>
/// <param name="mayTake">How long an attempt may take.</param>
internal sealed class PrepaidBudget(ICallBudget budget, ICallUnderWay underWay, TimeSpan mayTake) : ICallBudget
{
    private int _paid;

    public async ValueTask TakeAsync(EndpointClass endpointClass, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _paid, 1) != 0) await budget.TakeAsync(endpointClass, cancellationToken);
        underWay.Attempt(mayTake);
    }

    public void Answered(EndpointClass endpointClass) => underWay.Answered();
}
