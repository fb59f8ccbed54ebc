using System.Text.Json.Serialization;
using IterableForwarder.Http.Documentation;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration.Projects;

/// <summary>A project as it is shown: its settings and its state, but none of its secrets.</summary>
internal sealed record ProjectResponse : ProjectSettings
{
    private const string KeyUnverified = "keyUnverified";
    private const string EventsIgnored = "eventsIgnored";

    public ProjectResponse(ProjectSettings settings)
        : base(settings)
    {
    }

    [JsonPropertyOrder(-1)]
    public required string Id { get; init; }

    /// <summary>The last four characters of the key; fewer for a very short one.</summary>
    public required string ApiKeyHint { get; init; }

    /// <summary>Whether Segment's requests must carry a signature.</summary>
    public required bool HasSegmentSecret { get; init; }

    /// <summary>While a project is held, its changes wait and the service sends nothing for it.</summary>
    [OneOf("active", "held")]
    public required string State { get; init; }

    /// <summary>Why it is held, such as <c>credentialsRejected</c>, <c>forbidden</c> or <c>keyUnreadable</c>.</summary>
    [OneOf(Vocabulary.HoldReasons)]
    public required string? HoldReason { get; init; }

    /// <summary>More about the reason, often in Iterable's words.</summary>
    public required string? HoldDetail { get; init; }

    public required DateTimeOffset? HeldSince { get; init; }

    /// <summary><c>service</c>, or the name of the key that asked for it.</summary>
    public required string? HeldBy { get; init; }

    /// <summary>
    /// What to look at: <c>keyUnverified</c>, no call with the key has worked yet; <c>eventsIgnored</c>, a source sends events that are about
    /// no audience.
    /// </summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public static ProjectResponse Of(Project project) => new(project)
    {
        Id = project.Id.ToString(),
        ApiKeyHint = HintOf(project.ApiKey),
        HasSegmentSecret = project.SegmentSecret is not null,
        State = project.Hold is null ? "active" : "held",
        HoldReason = project.Hold?.Reason,
        HoldDetail = project.Hold?.Detail,
        HeldSince = project.Hold?.Since,
        HeldBy = project.Hold?.By,
        Warnings = [.. WarningsOf(project)],
        CreatedAt = project.CreatedAt,
    };

    private static IEnumerable<string> WarningsOf(Project project)
    {
        if (project.KeyUnverified) yield return KeyUnverified;
        if (project.EventsIgnored) yield return EventsIgnored;
    }

    /// <summary>Never more than half of a key, however short.</summary>
    private static string HintOf(string key) => key[^Math.Min(4, key.Length / 2)..];
}

/// <summary>Whether Iterable accepts the project's key.</summary>
internal sealed record CheckResponse
{
    public required bool Ok { get; init; }

    /// <summary>How many lists the key shows.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Lists { get; init; }

    /// <summary>Iterable's code, or a transport error: <c>Timeout</c>, <c>ConnectionFailed</c>, <c>NotJson</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Code { get; init; }

    /// <summary>Iterable's words.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Message { get; init; }
}
