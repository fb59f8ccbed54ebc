using Iterable.Sandbox.Projects;
using Iterable.Sandbox.State;

namespace Iterable.Sandbox.Control;

/// <summary>Makes a list, with an id of choice.</summary>
internal sealed record ListRequest
{
    public required string ApiKey { get; init; }

    public required string Name { get; init; }

    public long? Id { get; init; }

    public string? Description { get; init; }

    public ListType Type { get; init; }

    public bool InUse { get; init; }
}

/// <summary>Erases a user.</summary>
internal sealed record ForgottenRequest
{
    public required string ApiKey { get; init; }

    public string? Email { get; init; }

    public string? UserId { get; init; }
}

/// <summary>Changes what is given and leaves the rest as it was. A cap of 0 takes it off.</summary>
internal sealed record ProjectRequest
{
    public required string ApiKey { get; init; }

    public ProjectType? Type { get; init; }

    public bool? Revoked { get; init; }

    public bool? Forbidden { get; init; }

    public IReadOnlyList<string>? ForbiddenPaths { get; init; }

    public LimitsRequest? Limits { get; init; }

    public bool? SendRetryAfter { get; init; }

    public bool? SendRateLimitParams { get; init; }

    public int? MaxMembersPerCall { get; init; }

    public TimeSpan? ListVisibilityDelay { get; init; }

    public bool? NotFoundOnUnsubscribe { get; init; }

    public bool? NamelessFailures { get; init; }

    public IReadOnlyList<string>? DisallowedEventNames { get; init; }

    public TimeSpan? ExportDuration { get; init; }

    public bool? ExportsFail { get; init; }

    public long? ExportFileBytes { get; init; }

    public long? ExportBytes { get; init; }

    public int? ExportFilesPerPage { get; init; }

    public ProjectSettings Apply(ProjectSettings settings) => settings with
    {
        Type = Type ?? settings.Type,
        Revoked = Revoked ?? settings.Revoked,
        Forbidden = Forbidden ?? settings.Forbidden,
        ForbiddenPaths = ForbiddenPaths ?? settings.ForbiddenPaths,
        Limits = Limits?.Apply(settings.Limits) ?? settings.Limits,
        SendRetryAfter = SendRetryAfter ?? settings.SendRetryAfter,
        SendRateLimitParams = SendRateLimitParams ?? settings.SendRateLimitParams,
        MaxMembersPerCall = MaxMembersPerCall is 0 ? null : MaxMembersPerCall ?? settings.MaxMembersPerCall,
        ListVisibilityDelay = ListVisibilityDelay ?? settings.ListVisibilityDelay,
        NotFoundOnUnsubscribe = NotFoundOnUnsubscribe ?? settings.NotFoundOnUnsubscribe,
        NamelessFailures = NamelessFailures ?? settings.NamelessFailures,
        DisallowedEventNames = DisallowedEventNames ?? settings.DisallowedEventNames,
        ExportDuration = ExportDuration ?? settings.ExportDuration,
        ExportsFail = ExportsFail ?? settings.ExportsFail,
        ExportFileBytes = ExportFileBytes ?? settings.ExportFileBytes,
        ExportBytes = ExportBytes ?? settings.ExportBytes,
        ExportFilesPerPage = ExportFilesPerPage ?? settings.ExportFilesPerPage,
    };
}

/// <summary>Limits by class of endpoint; those left out stay.</summary>
internal sealed record LimitsRequest
{
    public RateLimit? Lists { get; init; }

    public RateLimit? ListReads { get; init; }

    public RateLimit? UsersBulkUpdate { get; init; }

    public RateLimit? Users { get; init; }

    public RateLimit? EventsTrackBulk { get; init; }

    public RateLimit? Events { get; init; }

    public RateLimit? UserReads { get; init; }

    public RateLimit? UserDeletes { get; init; }

    public RateLimit? UserFields { get; init; }

    public RateLimit? UserForgets { get; init; }

    public RateLimit? UserForgetsPerDay { get; init; }

    public RateLimit? UserMerges { get; init; }

    public RateLimit? ExportStarts { get; init; }

    public RateLimit? ExportFiles { get; init; }

    public ProjectLimits Apply(ProjectLimits limits) => new()
    {
        Lists = Lists ?? limits.Lists,
        ListReads = ListReads ?? limits.ListReads,
        UsersBulkUpdate = UsersBulkUpdate ?? limits.UsersBulkUpdate,
        Users = Users ?? limits.Users,
        EventsTrackBulk = EventsTrackBulk ?? limits.EventsTrackBulk,
        Events = Events ?? limits.Events,
        UserReads = UserReads ?? limits.UserReads,
        UserDeletes = UserDeletes ?? limits.UserDeletes,
        UserFields = UserFields ?? limits.UserFields,
        UserForgets = UserForgets ?? limits.UserForgets,
        UserForgetsPerDay = UserForgetsPerDay ?? limits.UserForgetsPerDay,
        UserMerges = UserMerges ?? limits.UserMerges,
        ExportStarts = ExportStarts ?? limits.ExportStarts,
        ExportFiles = ExportFiles ?? limits.ExportFiles,
    };
}
