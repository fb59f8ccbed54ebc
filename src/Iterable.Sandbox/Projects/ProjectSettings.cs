namespace Iterable.Sandbox.Projects;

/// <summary>How the project behind one key behaves.</summary>
public sealed record ProjectSettings
{
    /// <summary>How users are told apart; default hybrid. It cannot change once the project has users.</summary>
    public ProjectType Type { get; init; }

    /// <summary>Answers every call with 401 BadApiKey.</summary>
    public bool Revoked { get; init; }

    /// <summary>Answers every call with 403 Forbidden.</summary>
    public bool Forbidden { get; init; }

    /// <summary>Paths that answer with 403, such as <c>/api/events/trackBulk</c>; a trailing <c>*</c> stands for any rest.</summary>
    public IReadOnlyList<string> ForbiddenPaths { get; init; } = [];

    /// <summary>Calls a second, by class of endpoint.</summary>
    public ProjectLimits Limits { get; init; } = new();

    /// <summary>Whether a 429 carries Retry-After; default true.</summary>
    public bool SendRetryAfter { get; init; } = true;

    /// <summary>Whether a 429 carries rateLimitLimit, rateLimitRemaining and rateLimitReset in its params; default true.</summary>
    public bool SendRateLimitParams { get; init; } = true;

    /// <summary>Members or events in one call above which the answer is 400 BatchTooLarge; default null, no cap.</summary>
    public int? MaxMembersPerCall { get; init; }

    /// <summary>How long a list made by the API answers "no such list"; default none.</summary>
    public TimeSpan ListVisibilityDelay { get; init; }

    /// <summary>Whether unsubscribing someone the project does not know fails with notFound; default false, it succeeds.</summary>
    public bool NotFoundOnUnsubscribe { get; init; }

    /// <summary>Whether subscribe and unsubscribe only count who failed and name nobody; default false.</summary>
    public bool NamelessFailures { get; init; }

    /// <summary>Event names that trackBulk refuses with disallowedEventNames.</summary>
    public IReadOnlyList<string> DisallowedEventNames { get; init; } = [];

    /// <summary>How long an export runs; default none: it is complete when it is asked for.</summary>
    public TimeSpan ExportDuration { get; init; }

    /// <summary>Whether exports end as failed, with all their files but the last; default false.</summary>
    public bool ExportsFail { get; init; }

    /// <summary>Bytes of one file of an export at most; default 10,000,000.</summary>
    public long ExportFileBytes { get; init; } = 10_000_000;

    /// <summary>Bytes of an export above which it is truncated; default 100,000,000,000.</summary>
    public long ExportBytes { get; init; } = 100_000_000_000;

    /// <summary>Files of an export in one answer; Iterable publishes no number, default 100.</summary>
    public int ExportFilesPerPage { get; init; } = 100;

    internal ProjectSettings Checked()
    {
        Limits.Check();
        if (ExportDuration < TimeSpan.Zero) throw new ArgumentException("exportDuration must not be negative");
        if (ExportFileBytes < 1 || ExportBytes < 1 || ExportFilesPerPage < 1) throw new ArgumentException("exportFileBytes, exportBytes and exportFilesPerPage must be 1 or more");
        if (MaxMembersPerCall < 1) throw new ArgumentException("maxMembersPerCall must be 1 or more, or null");
        if (ListVisibilityDelay < TimeSpan.Zero) throw new ArgumentException("listVisibilityDelay must not be negative");
        return this;
    }
}
