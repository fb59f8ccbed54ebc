using Iterable.Client;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Delivery;

/// <summary>The one budget of each project, shared by everything that calls Iterable for it.</summary>
internal interface IProjectBudgets
{
    ICallBudget For(Project project);
}
