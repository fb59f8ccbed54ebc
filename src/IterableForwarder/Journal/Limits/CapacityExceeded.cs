namespace IterableForwarder.Journal.Limits;

/// <summary>Which capacity is exceeded.</summary>
internal enum CapacityKind
{
    /// <summary>Too many changes are pending for the connection: the sender may retry.</summary>
    Connection,

    /// <summary>Too many changes are pending in all: the sender may retry.</summary>
    Service,

    /// <summary>The disk is nearly full: the sender may retry.</summary>
    Disk,

    /// <summary>The batch alone is larger than the limit of pending changes: a retry is useless.</summary>
    Limit,

    /// <summary>The bodies of all requests take too much memory: the sender may retry.</summary>
    Memory,

    /// <summary>The dropped changes of the project take too much of the store: the sender may retry, and what is not dropped is accepted.</summary>
    Dropped,

    /// <summary>The source has created as many audiences of the project as it may in a day: the sender may retry.</summary>
    Audiences,
}

/// <summary>Why a request is refused before anything of it was stored.</summary>
/// <param name="Kind">Which capacity.</param>
/// <param name="Detail">A sentence for the operator.</param>
internal sealed record CapacityExceeded(CapacityKind Kind, string Detail);

/// <summary>A request exceeds a capacity. Nothing of it was accepted.</summary>
internal sealed class CapacityExceededException(CapacityExceeded exceeded) : Exception(exceeded.Detail)
{
    public CapacityExceeded CapacityExceeded => exceeded;
}
