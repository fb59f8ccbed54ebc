namespace Iterable.Client;

/// <summary>The classes of endpoint that Iterable limits apart from one another.</summary>
public enum EndpointClass
{
    /// <summary>Everything under /api/lists.</summary>
    Lists,

    /// <summary>/api/users/bulkUpdate.</summary>
    Users,

    /// <summary>/api/events/trackBulk.</summary>
    Events,
}

/// <summary>Paces the requests of one Iterable project.</summary>
public interface ICallBudget
{
    /// <summary>Returns when one more request of this class may be sent, and counts it as sent.</summary>
    ValueTask TakeAsync(EndpointClass endpointClass, CancellationToken cancellationToken);

    /// <summary>
    /// The request that was let through has been answered, or its connection broke. Not called for one that was cancelled or ran
    /// into its deadline, as that may still be applied.
    /// </summary>
    void Answered(EndpointClass endpointClass)
    {
    }
}
