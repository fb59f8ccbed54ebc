namespace Iterable.Sandbox.Projects;

/// <summary>What a project may call, by class of endpoint. Where Iterable publishes a rate it is the default.</summary>
public sealed record ProjectLimits
{
    /// <summary>Lists: read, create, delete, subscribe, unsubscribe. No rate is published; default 1000 a second.</summary>
    public RateLimit Lists { get; init; } = new(1000);

    /// <summary>The size and the members of a list, together; default 5 a minute.</summary>
    public RateLimit ListReads { get; init; } = new(5, 60);

    /// <summary>users/bulkUpdate; default 5 a second.</summary>
    public RateLimit UsersBulkUpdate { get; init; } = new(5);

    /// <summary>users/update and reading one user; default 500 a second.</summary>
    public RateLimit Users { get; init; } = new(500);

    /// <summary>events/trackBulk; default 10 a second.</summary>
    public RateLimit EventsTrackBulk { get; init; } = new(10);

    /// <summary>events/track; default 2000 a second.</summary>
    public RateLimit Events { get; init; } = new(2000);

    internal void Check()
    {
        Lists.Check("lists");
        ListReads.Check("listReads");
        UsersBulkUpdate.Check("usersBulkUpdate");
        Users.Check("users");
        EventsTrackBulk.Check("eventsTrackBulk");
        Events.Check("events");
    }
}
