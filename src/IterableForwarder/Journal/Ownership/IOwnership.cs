using System.Diagnostics.CodeAnalysis;
using IterableForwarder.Changes;

namespace IterableForwarder.Journal.Ownership;

/// <summary>
/// Says for which projects this process may plan and send. Of all processes over one store, one owns a project at a time; whoever
/// does not own it accepts for it all the same.
/// </summary>
internal interface IOwnership
{
    /// <summary>The claim to a project; false where another process owns it, or none does yet.</summary>
    bool TryGet(ProjectId project, [NotNullWhen(true)] out Claim? claim);

    /// <summary>Raised once projects are owned that were not before. Says of a project whether it is among them. Handlers must return at once.</summary>
    event Action<Func<ProjectId, bool>>? Gained;

    /// <summary>
    /// Raised before projects are handed on in good order: no further call is to begin, those in flight end and are settled. They are
    /// handed on once the tasks of all handlers have completed.
    /// </summary>
    event Func<Func<ProjectId, bool>, Task>? Giving;
}
