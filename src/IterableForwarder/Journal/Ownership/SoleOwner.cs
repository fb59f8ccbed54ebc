using System.Diagnostics.CodeAnalysis;
using IterableForwarder.Changes;

namespace IterableForwarder.Journal.Ownership;

/// <summary>
/// The owner of all projects, where one process alone has the store. There is no other owner to wait for, but the process before may
/// have died with calls in flight.
/// </summary>
internal sealed class SoleOwner : IOwnership
{
    private readonly Claim _claim;

    public SoleOwner(IInFlightCalls calls) => _claim = new Claim(Guid.NewGuid(), calls.LeftFromBefore, CancellationToken.None);

    /// <summary>Never raised: everything is owned from the start.</summary>
    public event Action<Func<ProjectId, bool>>? Gained
    {
        add { }
        remove { }
    }

    /// <summary>Never raised: there is nobody to hand anything on to.</summary>
    public event Func<Func<ProjectId, bool>, Task>? Giving
    {
        add { }
        remove { }
    }

    public bool TryGet(ProjectId project, [NotNullWhen(true)] out Claim? claim)
    {
        claim = _claim;
        return true;
    }
}
