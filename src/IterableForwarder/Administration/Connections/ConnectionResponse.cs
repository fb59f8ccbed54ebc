using System.Text.Json.Serialization;
using IterableForwarder.Http.Documentation;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration.Connections;

/// <summary>A connection as it is shown: its settings, and what has become of them.</summary>
internal sealed record ConnectionResponse : ConnectionSettings
{
    public ConnectionResponse(ConnectionSettings settings)
        : base(settings)
    {
    }

    [JsonPropertyOrder(-1)]
    public required string Id { get; init; }

    /// <summary>True while its settings follow the source's messages; false for what an operator created or changed.</summary>
    public required bool FollowsSource { get; init; }

    /// <summary><c>closed</c> by its source, <c>paused</c> by an operator, <c>held</c> by the service, itself or with its project, or <c>active</c>. Whatever it is, changes are kept.</summary>
    [OneOf(Vocabulary.ConnectionStates)]
    public required string State { get; init; }

    /// <summary>What is held: <c>project</c> or <c>connection</c>; null unless it is held.</summary>
    [OneOf("project", "connection")]
    public required string? HeldAt { get; init; }

    /// <summary>Why it or its project is paused or held, such as <c>pause</c>, <c>listNotFound</c> or <c>credentialsRejected</c>.</summary>
    [OneOf(Vocabulary.HoldReasons)]
    public required string? HoldReason { get; init; }

    /// <summary>More about the reason: the operator's words or Iterable's.</summary>
    public required string? HoldDetail { get; init; }

    public required DateTimeOffset? HeldSince { get; init; }

    /// <summary><c>service</c>, or the name of the key that asked for it.</summary>
    public required string? HeldBy { get; init; }

    /// <summary>What is held and keeps changes waiting: a hold for <c>listNotFound</c> belongs to one list, and changes for other lists go.</summary>
    public required IReadOnlyList<HoldResponse> Holds { get; init; }

    /// <summary>
    /// What to look at, such as <c>listShared</c>: another connection feeds this list, and order is promised within each only; or
    /// <c>listUnverified</c>: no call for the list has worked yet.
    /// </summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    public required StatusResponse Status { get; init; }

    public required MetricsResponse Metrics { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>What became of every change the connection ever took, exactly.</summary>
internal sealed record StatusResponse
{
    public required long Pending { get; init; }

    /// <summary>How long the oldest pending change has waited; 0 when none does.</summary>
    public required double OldestPendingSeconds { get; init; }

    public required long Delivered { get; init; }

    /// <summary>Made needless by a later change of the same member.</summary>
    public required long Superseded { get; init; }

    /// <summary>Not forwarded, by our own rules.</summary>
    public required long Dropped { get; init; }

    /// <summary>Refused by Iterable.</summary>
    public required long Rejected { get; init; }

    public required DateTimeOffset? LastDeliveredAt { get; init; }

    /// <summary>What the last call failed with.</summary>
    public required string? LastError { get; init; }

    /// <summary>Why pending changes do not go now; null when nothing is pending.</summary>
    public required WaitResponse? WaitsFor { get; init; }

    /// <summary>Changes settled a second, over the last minute or since they began to flow.</summary>
    public required double RatePerSecond { get; init; }

    /// <summary>When nothing is pending any more, estimated from the present rate; null where nothing flows.</summary>
    public required DateTimeOffset? EndsAt { get; init; }
}
