using IterableForwarder.Administration.Connections;
using IterableForwarder.Http.Documentation;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration.Streams;

/// <summary>A stream as it is shown.</summary>
internal sealed record StreamAnswer
{
    public required string Id { get; init; }

    public required string ProjectId { get; init; }

    public required string Name { get; init; }

    [OneOf("amplitude")]
    public required string Source { get; init; }

    public required IdentifierAnswer Identifier { get; init; }

    /// <summary>Field of Iterable's own → path of the property.</summary>
    public required IReadOnlyDictionary<string, string> Mappings { get; init; }

    public required EventsAnswer Events { get; init; }

    public required UsersAnswer Users { get; init; }

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
    public required IReadOnlyList<HoldAnswer> Holds { get; init; }

    /// <summary>What to look at, such as <c>projectHeld</c>.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Of events and users together.</summary>
    public required StatusAnswer Status { get; init; }

    /// <summary>Of events and users together.</summary>
    public required MetricsAnswer Metrics { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>The property that says who it was.</summary>
/// <param name="Property">Its path.</param>
/// <param name="Type">What it is at Iterable: <c>userId</c> or <c>email</c>.</param>
internal sealed record IdentifierAnswer(string Property, [property: OneOf(Vocabulary.IdentifierTypes)] string Type);

/// <summary>The events of a stream.</summary>
/// <param name="Enabled">Whether they are sent.</param>
/// <param name="Include">Which; every event when empty.</param>
/// <param name="Properties">What of them becomes data fields.</param>
/// <param name="Status">What became of them.</param>
internal sealed record EventsAnswer(bool Enabled, IReadOnlyList<SelectionAnswer> Include, IReadOnlyList<string> Properties, StatusAnswer Status);

/// <summary>Events of one type.</summary>
internal sealed record SelectionAnswer(string EventType, IReadOnlyList<FilterAnswer> Filters);

/// <summary>A condition on a property.</summary>
/// <param name="Property">Its path.</param>
/// <param name="Op">How it compares.</param>
/// <param name="Values">With what; numbers stand as text.</param>
internal sealed record FilterAnswer(string Property, [property: OneOf(Vocabulary.FilterOperators)] string Op, IReadOnlyList<string> Values);

/// <summary>The users of a stream.</summary>
/// <param name="Enabled">Whether they are updated.</param>
/// <param name="Properties">What of them is sent.</param>
/// <param name="MergeNestedObjects">Whether Iterable merges nested objects.</param>
/// <param name="Status">What became of the updates.</param>
internal sealed record UsersAnswer(bool Enabled, IReadOnlyList<string> Properties, bool MergeNestedObjects, StatusAnswer Status);

/// <summary>Settings as they are shown.</summary>
internal static class StreamParts
{
    public static IReadOnlyList<SelectionAnswer> IncludeOf(EventStream stream) => [.. stream.Events.Include.Select(s =>
        new SelectionAnswer(s.EventType, [.. s.Filters.Select(f => new FilterAnswer(f.Property, StreamWords.Operators[f.Op], f.Values))]))];

    public static IReadOnlyDictionary<string, string> MappingsOf(EventStream stream)
    {
        var all = new Dictionary<string, string?>
        {
            ["userId"] = stream.Mappings.UserId,
            ["email"] = stream.Mappings.Email,
            ["campaignId"] = stream.Mappings.CampaignId,
            ["templateId"] = stream.Mappings.TemplateId,
        };
        return all.Where(m => m.Value is not null).ToDictionary(m => m.Key, m => m.Value!);
    }
}
