using IterableForwarder.Changes;

namespace IterableForwarder.Journal.Settings;

/// <summary>
/// Events and users of one source on their way to one project. Each of the two is a <see cref="StreamFeed"/>, made and deleted with the
/// stream, so that the journal, delivery and the accounts treat it like any other feed.
/// </summary>
internal sealed record EventStream
{
    /// <summary>Also that of its events' feed.</summary>
    public required FeedId Id { get; init; }

    /// <summary>That of its users' feed.</summary>
    public required FeedId UsersId { get; init; }

    public required ProjectId ProjectId { get; init; }

    public required string Name { get; init; }

    public required StreamIdentifier Identifier { get; init; }

    public StreamMappings Mappings { get; init; } = new();

    public StreamEvents Events { get; init; } = new();

    public StreamUsers Users { get; init; } = new();

    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Which of Iterable's identifiers a property holds.</summary>
internal enum IdentifierType
{
    UserId,
    Email,
}

/// <summary>The property that says who it was; without it nothing is sent.</summary>
internal sealed record StreamIdentifier(string Property, IdentifierType Type);

/// <summary>Further properties that fill fields of Iterable's own; null for none.</summary>
internal sealed record StreamMappings
{
    public string? UserId { get; init; }

    public string? Email { get; init; }

    public string? CampaignId { get; init; }

    public string? TemplateId { get; init; }
}

/// <summary>Which events are sent, and what of them.</summary>
internal sealed record StreamEvents
{
    public bool Enabled { get; init; }

    /// <summary>Empty for every event.</summary>
    public IReadOnlyList<EventSelection> Include { get; init; } = [];

    public IReadOnlyList<string> Properties { get; init; } = [];
}

/// <summary>Events of one type that pass every filter.</summary>
internal sealed record EventSelection(string EventType, IReadOnlyList<EventFilter> Filters);

/// <summary>How a filter compares.</summary>
internal enum FilterOperator
{
    Is,
    IsNot,
    Contains,
    NotContains,
    Greater,
    Less,
    Set,
    NotSet,
}

/// <param name="Values">Texts, and numbers as they were written.</param>
internal sealed record EventFilter(string Property, FilterOperator Op, IReadOnlyList<string> Values);

/// <summary>Whether users are updated, and what of them.</summary>
internal sealed record StreamUsers
{
    public bool Enabled { get; init; }

    public IReadOnlyList<string> Properties { get; init; } = [];

    public bool MergeNestedObjects { get; init; }
}

/// <summary>The words of the contract for streams.</summary>
internal static class StreamWords
{
    public static Words<IdentifierType> IdentifierTypes { get; } = new(("userId", IdentifierType.UserId), ("email", IdentifierType.Email));

    public static Words<FilterOperator> Operators { get; } = new(
        ("is", FilterOperator.Is), ("isNot", FilterOperator.IsNot), ("contains", FilterOperator.Contains), ("notContains", FilterOperator.NotContains),
        ("greater", FilterOperator.Greater), ("less", FilterOperator.Less), ("set", FilterOperator.Set), ("notSet", FilterOperator.NotSet));
}
