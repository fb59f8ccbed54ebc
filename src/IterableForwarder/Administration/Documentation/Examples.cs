using IterableForwarder.Administration.Connections;
using IterableForwarder.Administration.Keys;
using IterableForwarder.Administration.Projects;
using IterableForwarder.Administration.Requests;
using IterableForwarder.Administration.Streams;
using IterableForwarder.Changes;
using IterableForwarder.Http;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration.Documentation;

/// <summary>An example of each body of the operator's API, by its type: an instance, so that a new property is in it by itself.</summary>
internal static class Examples
{
    private static readonly ProjectId AcmeId = new(new Guid("0199c0de7a3b7c1e8f0a1b2c3d4e5f60"));
    private static readonly DateTimeOffset Morning = new(2026, 1, 15, 9, 30, 0, TimeSpan.Zero);

    private static readonly ProjectRequest Project = new() { Name = "Acme", ApiKey = "the-project's-server-side-key" };

    private static readonly ConnectionSettings Connection = new()
    {
        ProjectId = AcmeId,
        Name = "VIP customers",
        AudienceId = "456",
        ListId = 42,
        Attributes = new Dictionary<string, string> { ["firstName"] = "first_name" },
    };

    private static readonly StreamSettings Stream = new()
    {
        ProjectId = AcmeId,
        Name = "Product events",
        Identifier = new() { Property = "user_id", Type = IdentifierType.UserId },
        Mappings = new Dictionary<string, string> { ["email"] = "user_properties.email", ["campaignId"] = "event_properties.campaign" },
        Events = new()
        {
            Include = [new() { EventType = "Purchase", Filters = [new() { Property = "event_properties.plan", Op = FilterOperator.Is, Values = ["pro", "team"] }] }],
            Properties = ["event_properties.plan", "user_properties.tier"],
        },
        Users = new() { Properties = ["user_properties.tier"] },
    };

    private static readonly KeyResponse Key = new()
    {
        Id = "0199c0e01c5f7a0b8d9e0f1a2b3c4d5e",
        Name = "segment",
        Kind = KeyKind.Ingest,
        ProjectIds = [AcmeId.ToString()],
        Hint = "x7Qa",
        CreatedAt = Morning.AddMinutes(2),
    };

    private static readonly Dictionary<Type, object> ByType = new object[]
    {
        Project,
        PageOf(ShownProject()),
        ShownProject(),
        new KeyChange { ApiKey = "the-project's-new-server-side-key", DryRun = false, Force = false },
        new KeyChangeResponse { Ok = true, Lists = 12, MissingLists = [], Changed = true },
        new CheckResponse { Ok = true, Lists = 12 },
        Connection,
        PageOf(ShownConnection()),
        ShownConnection(),
        new PendingMoveRequest { FromListId = 666, ToListId = 6001 },
        new PendingMoveResponse(12),
        new ConnectionDiscardRequest { ListId = 666, Reason = "The list was deleted on purpose" },
        new PendingDiscardRequest { Reason = "The events are out of date" },
        new PendingDiscardResponse(12),
        Stream,
        PageOf(ShownStream()),
        ShownStream(),
        new HoldRequest { Reason = "Campaign is over" },
        new NewKey { Name = "segment", Kind = "ingest", ProjectIds = [AcmeId.ToString()] },
        PageOf(Key),
        Key,
        ShownOnce(),
    }.ToDictionary(example => example.GetType());

    /// <summary>Null for a type that has none.</summary>
    public static object? Of(Type type) => ByType.GetValueOrDefault(type.IsAssignableTo(typeof(ISettingsChange)) ? type.GetGenericArguments()[0] : type);

    private static Page<T> PageOf<T>(T item) => new() { Items = [item], Next = null };

    private static StatusResponse Status() => new()
    {
        Pending = 12,
        OldestPendingSeconds = 0.4,
        Delivered = 10450,
        Superseded = 31,
        Dropped = 2,
        Rejected = 1,
        LastDeliveredAt = Morning.AddMinutes(32).AddMilliseconds(11_120),
        LastError = null,
        WaitsFor = new("queue", null),
        RatePerSecond = 840.5,
        EndsAt = Morning.AddMinutes(32).AddMilliseconds(11_500),
    };

    private static MetricsResponse Metrics() => new()
    {
        OverSeconds = 3600,
        Delivered = 10450,
        NotDelivered = 3,
        DeliveredShare = 0.9997,
        LatencyP50Seconds = 0.14,
        LatencyP95Seconds = 0.56,
        OnFirstAttempt = 10400,
        AfterRetry = 50,
        Discarded = new Dictionary<string, long> { ["noEmail"] = 2, ["invalid"] = 1 },
    };

    private static ProjectResponse ShownProject() => new(Project)
    {
        Id = AcmeId.ToString(),
        ApiKeyHint = "9f3a",
        HasSegmentSecret = false,
        State = "active",
        HoldReason = null,
        HoldDetail = null,
        HeldSince = null,
        HeldBy = null,
        Warnings = [],
        CreatedAt = Morning,
    };

    private static ConnectionResponse ShownConnection() => new(Connection)
    {
        Id = "0199c0df01127d5c9a7b6c5d4e3f2a10",
        FollowsSource = false,
        State = "active",
        HeldAt = null,
        HoldReason = null,
        HoldDetail = null,
        HeldSince = null,
        HeldBy = null,
        Holds = [],
        Warnings = [],
        Status = Status(),
        Metrics = Metrics(),
        CreatedAt = Morning.AddMinutes(1),
    };

    private static StreamResponse ShownStream() => new(Stream)
    {
        Id = "0199c0df01127d5c9a7b6c5d4e3f2a10",
        Source = "amplitude",
        Events = new(Stream.Events) { Status = Status() },
        Users = new(Stream.Users) { Status = Status() },
        State = "active",
        HeldAt = null,
        HoldReason = null,
        HoldDetail = null,
        HeldSince = null,
        HeldBy = null,
        Holds = [],
        Warnings = [],
        Status = Status(),
        Metrics = Metrics(),
        CreatedAt = Morning.AddMinutes(1),
    };

    private static CreatedKeyResponse ShownOnce() => new()
    {
        Id = Key.Id,
        Name = Key.Name,
        Kind = Key.Kind,
        ProjectIds = Key.ProjectIds,
        Hint = Key.Hint,
        CreatedAt = Key.CreatedAt,
        Key = "ifk_shown-this-once-and-kept-as-a-hash-only-x7Qa",
    };
}
