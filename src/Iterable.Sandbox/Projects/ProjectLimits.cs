namespace Iterable.Sandbox.Projects;

/// <summary>What a project may call, by class of endpoint. Where Iterable publishes a rate it is the default.</summary>
public sealed record ProjectLimits
{
    /// <summary>Lists: read, create, delete, subscribe, unsubscribe. No rate is published; default 1000 a second.</summary>
    public RateLimit Lists { get; init; } = new(1000);

    /// <summary>The size and the members of a list, together with previews; default 5 a minute.</summary>
    public RateLimit ListReads { get; init; } = new(5, 60);

    /// <summary>users/bulkUpdate; default 5 a second.</summary>
    public RateLimit UsersBulkUpdate { get; init; } = new(5);

    /// <summary>users/update; default 500 a second.</summary>
    public RateLimit Users { get; init; } = new(500);

    /// <summary>events/trackBulk; default 10 a second.</summary>
    public RateLimit EventsTrackBulk { get; init; } = new(10);

    /// <summary>events/track; default 2000 a second.</summary>
    public RateLimit Events { get; init; } = new(2000);

    /// <summary>Reading a user or the events of one; default 100 a second.</summary>
    public RateLimit UserReads { get; init; } = new(100);

    /// <summary>Deleting a user; default 100 a second.</summary>
    public RateLimit UserDeletes { get; init; } = new(100);

    /// <summary>users/getFields; default 3 a second.</summary>
    public RateLimit UserFields { get; init; } = new(3);

    /// <summary>users/forget and the lists of forgotten users; default 3 a second.</summary>
    public RateLimit UserForgets { get; init; } = new(3);

    /// <summary>users/forget over a day; default 1000.</summary>
    public RateLimit UserForgetsPerDay { get; init; } = new(1000, 86_400);

    /// <summary>users/merge; default 50 a second.</summary>
    public RateLimit UserMerges { get; init; } = new(50);

    /// <summary>export/start; default 1 a second.</summary>
    public RateLimit ExportStarts { get; init; } = new(1);

    /// <summary>The files of an export; default 1 a second.</summary>
    public RateLimit ExportFiles { get; init; } = new(1);

    internal void Check()
    {
        Lists.Check("lists");
        ListReads.Check("listReads");
        UsersBulkUpdate.Check("usersBulkUpdate");
        Users.Check("users");
        EventsTrackBulk.Check("eventsTrackBulk");
        Events.Check("events");
        UserReads.Check("userReads");
        UserDeletes.Check("userDeletes");
        UserFields.Check("userFields");
        UserForgets.Check("userForgets");
        UserForgetsPerDay.Check("userForgetsPerDay");
        UserMerges.Check("userMerges");
        ExportStarts.Check("exportStarts");
        ExportFiles.Check("exportFiles");
    }
}
