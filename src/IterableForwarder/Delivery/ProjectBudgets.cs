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
    /// <summary>More than an attempt that was promised waits behind others.</summary>
    private static readonly TimeSpan LongestPromised = TimeSpan.FromSeconds(1);

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

    public async ValueTask TakeAsync(EndpointClass endpointClass, CancellationToken cancellationToken) =>
        await TryTakeAsync(endpointClass, wasPromised: false, cancellationToken);

    /// <summary>False where one that was promised would have to wait for long after all.</summary>
    /// <param name="endpointClass">What is about to be asked for.</param>
    /// <param name="wasPromised">Whether <see cref="Pace.TryPromise"/> said that it might.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public async ValueTask<bool> TryTakeAsync(EndpointClass endpointClass, bool wasPromised, CancellationToken cancellationToken)
    {
        while (!Of(endpointClass).TryTake(out var wait, wasPromised))
        {
            if (wasPromised && wait > LongestPromised) return false;
            await Task.Delay(wait, time, cancellationToken);
        }
        return true;
    }
}

/// <summary>
/// Pays for a call that was promised its first attempt before it was put together. Where Iterable has asked for a pause meanwhile, the call
/// is taken back: its members must not be bound to what they were for as long as that may last, a day at most.
/// </summary>
/// <param name="budget">Pays for every attempt.</param>
/// <param name="endpointClass">The class of the promise.</param>
/// <param name="underWay">Told of every attempt.</param>
/// <param name="mayTake">How long an attempt may take.</param>
/// <param name="clock">Tells when it was sent.</param>
/// <param name="takeBack">Cancelled to take the call back.</param>
internal sealed class PromisedBudget(
    ProjectBudget budget, EndpointClass endpointClass, ICallUnderWay underWay, TimeSpan mayTake, SteadyClock clock, CancellationTokenSource takeBack)
    : ICallBudget, IDisposable
{
    private bool _isPromised = true;

    /// <summary>Nothing was sent, and nothing will be.</summary>
    public bool IsTakenBack { get; private set; }

    /// <summary>When the first attempt was sent; null while none was.</summary>
    public DateTimeOffset? SentAt { get; private set; }

    public async ValueTask TakeAsync(EndpointClass asked, CancellationToken cancellationToken)
    {
        var keepsPromise = _isPromised && asked == endpointClass;
        if (!await budget.TryTakeAsync(asked, keepsPromise, cancellationToken))
        {
            IsTakenBack = true;
            await takeBack.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }
        if (keepsPromise) _isPromised = false;
        SentAt ??= clock.Now;
        underWay.Attempt(mayTake);
    }

    public void Answered(EndpointClass asked) => underWay.Answered();

    /// <summary>A call that was never sent gives its promise up.</summary>
    public void Dispose()
    {
        if (_isPromised) budget.Of(endpointClass).Forgo();
        _isPromised = false;
    }
}
