using System.Text.Json.Serialization;
using IterableForwarder.Changes;
using IterableForwarder.Mapping;

namespace IterableForwarder.Journal.Settings;

/// <summary>What can be set about a stream as a whole.</summary>
/// <remarks>
/// The records of this file are the body of requests, and a part of responses and of stored documents. A setting that is left out has the value of
/// a new record.
/// </remarks>
internal abstract record StreamDefinition
{
    /// <summary>The project it belongs to; required for a new stream, and cannot be changed later.</summary>
    [Needed]
    public ProjectId ProjectId { get; init; }

    /// <summary>What the operator calls it; required, at most 200 characters.</summary>
    [Needed]
    [NeededInPut]
    public string Name { get; init; } = "";

    /// <summary>The property that says who it was; required. What comes without it is refused as <c>noIdentifier</c>.</summary>
    [Needed]
    [NeededInPut]
    public StreamIdentifier Identifier { get; init; } = new();

    /// <summary>Further fields of Iterable's own: <c>userId</c>, <c>email</c>, <c>campaignId</c> or <c>templateId</c> → path of a property.</summary>
    [NeededInPut]
    public IReadOnlyDictionary<string, string> Mappings
    {
        get;
        // null says that a field is not filled, as does its absence
        init => field = value.Where(m => m.Value is not null).ToDictionary();
    } = new Dictionary<string, string>();
}

/// <summary>What can be set about a stream.</summary>
internal record StreamSettings : StreamDefinition
{
    /// <summary>Which events are sent, and what of them; none when left out.</summary>
    [NeededInPut]
    public StreamEvents Events { get; init; } = new() { Enabled = false };

    /// <summary>Whether users are updated, and what of them; not when left out.</summary>
    [NeededInPut]
    public StreamUsers Users { get; init; } = new() { Enabled = false };
}

/// <summary>The property that says who it was; without it nothing is sent.</summary>
internal sealed record StreamIdentifier
{
    /// <summary>The path of the property, such as <c>user_id</c> or <c>user_properties.email</c>.</summary>
    [Needed]
    public string Property { get; init; } = "";

    /// <summary>What it is at Iterable.</summary>
    /// <remarks>Null only in a request that does not say it, which is refused.</remarks>
    [Needed]
    public IdentifierType? Type { get; init; }
}

/// <summary>Which events are sent, and what of them.</summary>
internal record StreamEvents
{
    /// <summary>False to send none; true by default.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>The events that are sent, at most 1000; every event when empty.</summary>
    public IReadOnlyList<EventSelection> Include { get; init; } = [];

    /// <summary>Paths of the properties that become data fields under their last name, at most 200; nothing else is sent.</summary>
    public IReadOnlyList<string> Properties { get; init; } = [];
}

/// <summary>Events of one type.</summary>
internal sealed record EventSelection
{
    /// <summary>The event's type, exactly; required.</summary>
    [Needed]
    public string EventType { get; init; } = "";

    /// <summary>All of them must hold, at most 100.</summary>
    public IReadOnlyList<EventFilter> Filters { get; init; } = [];
}

/// <summary>A condition on a property.</summary>
internal sealed record EventFilter
{
    /// <summary>The path of the property; required.</summary>
    [Needed]
    public string Property { get; init; } = "";

    /// <summary>How it compares; required. <c>greater</c> and <c>less</c> compare numbers when both sides are, and text otherwise.</summary>
    /// <remarks>Null only in a request that does not say it, which is refused.</remarks>
    [Needed]
    public FilterOperator? Op { get; init; }

    /// <summary>
    /// Texts, numbers, true or false; shown as text. One of them is enough for <c>is</c> and <c>contains</c>, none may fit for their opposites.
    /// </summary>
    [JsonConverter(typeof(PlainTextsConverter))]
    public IReadOnlyList<string> Values { get; init; } = [];
}

/// <summary>Whether users are updated, and what of them.</summary>
internal record StreamUsers
{
    /// <summary>False to update none; true by default.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Paths of user properties, at most 200. A user is updated only when a message has one of them, and with nothing else.</summary>
    public IReadOnlyList<string> Properties
    {
        get;
        init
        {
            field = value;
            Fields = [.. value.Select(FieldOf).OfType<AttributeMapping>()];
        }
    } = [];

    /// <summary>Whether Iterable merges nested objects into those it has; false by default, which replaces them.</summary>
    public bool MergeNestedObjects { get; init; }

    /// <summary>Which attribute fills which field. Worked out once, since every request needs them.</summary>
    internal IReadOnlyList<AttributeMapping> Fields { get; private init; } = [];

    /// <summary>A user's attribute has the property's path as its name. Null for what is not a path, which the check of the request refuses.</summary>
    private static AttributeMapping? FieldOf(string property) => PropertyPath.TryParse(property, out var path, out _) ? new(path.Name, property) : null;
}
