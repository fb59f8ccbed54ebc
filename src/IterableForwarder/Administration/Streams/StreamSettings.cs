using System.Text.Json;
using IterableForwarder.Http;
using IterableForwarder.Http.Documentation;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration.Streams;

/// <summary>What can be set about a stream.</summary>
internal abstract record StreamSettings
{
    /// <summary>The project it belongs to; required for a new stream, and cannot be changed later.</summary>
    [Needed]
    public string? ProjectId { get; init; }

    /// <summary>What the operator calls it; required, at most 200 characters.</summary>
    [Needed]
    [NeededInPut]
    public string? Name { get; init; }

    /// <summary>The property that says who it was; required. What comes without it is refused as <c>noIdentifier</c>.</summary>
    [Needed]
    [NeededInPut]
    public IdentifierSetting? Identifier { get; init; }

    /// <summary>Further fields of Iterable's own: <c>userId</c>, <c>email</c>, <c>campaignId</c> or <c>templateId</c> → path of a property.</summary>
    [NeededInPut]
    public IReadOnlyDictionary<string, string?>? Mappings { get; init; }

    /// <summary>Which events are sent, and what of them; none when left out.</summary>
    [NeededInPut]
    public EventsSetting? Events { get; init; }

    /// <summary>Whether users are updated, and what of them; not when left out.</summary>
    [NeededInPut]
    public UsersSetting? Users { get; init; }
}

/// <summary>A stream to be made.</summary>
internal sealed record NewStream : StreamSettings;

/// <summary>The settings of a stream as they are to be.</summary>
internal sealed record StreamReplacement : StreamSettings
{
    public static StreamReplacement Of(EventStream stream) => new()
    {
        ProjectId = stream.ProjectId.ToString(),
        Name = stream.Name,
        Identifier = new() { Property = stream.Identifier.Property, Type = StreamWords.IdentifierTypes[stream.Identifier.Type] },
        Mappings = StreamParts.MappingsOf(stream).ToDictionary(m => m.Key, m => (string?)m.Value),
        Events = new()
        {
            Enabled = stream.Events.Enabled,
            Include = [.. stream.Events.Include.Select(SelectionOf)],
            Properties = stream.Events.Properties,
        },
        Users = new() { Enabled = stream.Users.Enabled, Properties = stream.Users.Properties, MergeNestedObjects = stream.Users.MergeNestedObjects },
    };

    private static SelectionSetting SelectionOf(EventSelection selection) => new()
    {
        EventType = selection.EventType,
        Filters = [.. selection.Filters.Select(f => new FilterSetting
        {
            Property = f.Property,
            Op = StreamWords.Operators[f.Op],
            Values = [.. f.Values.Select(v => JsonSerializer.SerializeToElement(v))],
        })],
    };
}

/// <summary>The identifier of a stream's people.</summary>
internal sealed record IdentifierSetting
{
    /// <summary>The path of the property, such as <c>user_id</c> or <c>user_properties.email</c>.</summary>
    [Needed]
    public string? Property { get; init; }

    /// <summary>What it is at Iterable.</summary>
    [Needed]
    [OneOf(Vocabulary.IdentifierTypes)]
    public string? Type { get; init; }
}

/// <summary>The events of a stream.</summary>
internal sealed record EventsSetting
{
    /// <summary>False to send none; true by default.</summary>
    public bool? Enabled { get; init; }

    /// <summary>The events that are sent, at most 1000; every event when empty.</summary>
    public IReadOnlyList<SelectionSetting?>? Include { get; init; }

    /// <summary>Paths of the properties that become data fields under their last name, at most 200; nothing else is sent.</summary>
    public IReadOnlyList<string?>? Properties { get; init; }
}

/// <summary>Events of one type.</summary>
internal sealed record SelectionSetting
{
    /// <summary>The event's type, exactly; required.</summary>
    [Needed]
    public string? EventType { get; init; }

    /// <summary>All of them must hold, at most 100.</summary>
    public IReadOnlyList<FilterSetting?>? Filters { get; init; }
}

/// <summary>A condition on a property.</summary>
internal sealed record FilterSetting
{
    /// <summary>The path of the property; required.</summary>
    [Needed]
    public string? Property { get; init; }

    /// <summary>How it compares; required. <c>greater</c> and <c>less</c> compare numbers when both sides are, and text otherwise.</summary>
    [Needed]
    [OneOf(Vocabulary.FilterOperators)]
    public string? Op { get; init; }

    /// <summary>Texts, numbers, true or false. One of them is enough for <c>is</c> and <c>contains</c>, none may fit for their opposites.</summary>
    public IReadOnlyList<JsonElement>? Values { get; init; }
}

/// <summary>The users of a stream.</summary>
internal sealed record UsersSetting
{
    /// <summary>False to update none; true by default.</summary>
    public bool? Enabled { get; init; }

    /// <summary>Paths of user properties, at most 200. A user is updated only when a message has one of them, and with nothing else.</summary>
    public IReadOnlyList<string?>? Properties { get; init; }

    /// <summary>Whether Iterable merges nested objects into those it has; false by default, which replaces them.</summary>
    public bool? MergeNestedObjects { get; init; }
}

/// <summary>Which streams are wanted.</summary>
internal sealed record StreamQuery : PageRequest
{
    /// <summary>Only those of this project.</summary>
    public string? ProjectId { get; init; }

    /// <summary>Only those of this source.</summary>
    [OneOf("amplitude")]
    public string? Source { get; init; }

    /// <summary>Only those in this state.</summary>
    [OneOf("active", "paused", "held")]
    public string? State { get; init; }

    /// <summary>Only those whose name has this in it, in capitals or not.</summary>
    public string? Name { get; init; }

    /// <summary>Only those with this warning, such as <c>projectHeld</c>.</summary>
    public string? Warning { get; init; }
}
