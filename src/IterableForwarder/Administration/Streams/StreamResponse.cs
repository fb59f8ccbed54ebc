using System.Text.Json.Serialization;
using IterableForwarder.Administration.Connections;
using IterableForwarder.Http.Documentation;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration.Streams;

/// <summary>A stream as it is shown: its settings, and what has become of them.</summary>
internal sealed record StreamResponse : StreamDefinition
{
    public StreamResponse(StreamDefinition settings)
        : base(settings)
    {
    }

    [JsonPropertyOrder(-1)]
    public required string Id { get; init; }

    [OneOf("amplitude")]
    public required string Source { get; init; }

    public required EventsResponse Events { get; init; }

    public required UsersResponse Users { get; init; }

    /// <summary><c>paused</c> by an operator, <c>held</c> by the service, itself or with its project, or <c>active</c>. Whatever it is, changes are kept. Held where its events or its users are.</summary>
    [OneOf("active", "paused", "held")]
    public required string State { get; init; }

    /// <summary>What is held: <c>project</c> or <c>stream</c>; null unless it is held.</summary>
    [OneOf("project", "stream")]
    public required string? HeldAt { get; init; }

    /// <summary>Why it or its project is paused or held, such as <c>pause</c> or <c>forbidden</c>.</summary>
    [OneOf(Vocabulary.HoldReasons)]
    public required string? HoldReason { get; init; }

    /// <summary>More about the reason: the operator's words or Iterable's.</summary>
    public required string? HoldDetail { get; init; }

    public required DateTimeOffset? HeldSince { get; init; }

    /// <summary><c>service</c>, or the name of the key that asked for it.</summary>
    public required string? HeldBy { get; init; }

    /// <summary>What is held and keeps changes waiting; <c>listId</c> is always null.</summary>
    public required IReadOnlyList<HoldResponse> Holds { get; init; }

    /// <summary>What to look at, such as <c>projectHeld</c>.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Of events and users together.</summary>
    public required StatusResponse Status { get; init; }

    /// <summary>Of events and users together.</summary>
    public required MetricsResponse Metrics { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>The events of a stream.</summary>
internal sealed record EventsResponse : StreamEvents
{
    public EventsResponse(StreamEvents settings)
        : base(settings)
    {
    }

    /// <summary>What became of them.</summary>
    public required StatusResponse Status { get; init; }
}

/// <summary>The users of a stream.</summary>
internal sealed record UsersResponse : StreamUsers
{
    public UsersResponse(StreamUsers settings)
        : base(settings)
    {
    }

    /// <summary>What became of the updates.</summary>
    public required StatusResponse Status { get; init; }
}
