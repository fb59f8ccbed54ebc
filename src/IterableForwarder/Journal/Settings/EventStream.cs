using IterableForwarder.Changes;

namespace IterableForwarder.Journal.Settings;

/// <summary>
/// Events and users that one source sends to one project. Each of the two is a <see cref="StreamFeed"/>, created and deleted with the
/// stream, so that the journal, delivery and the accounts treat it like any other feed.
/// </summary>
internal sealed record EventStream : StreamSettings
{
    public EventStream()
    {
    }

    public EventStream(StreamSettings settings)
        : base(settings)
    {
    }

    /// <summary>Also that of its events' feed.</summary>
    public required FeedId Id { get; init; }

    /// <summary>That of its users' feed.</summary>
    public required FeedId UsersId { get; init; }

    /// <summary>Those of both feeds: its events', then its users'.</summary>
    public IReadOnlyList<FeedId> FeedIds => [Id, UsersId];

    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Which of Iterable's identifiers a property holds.</summary>
internal enum IdentifierType
{
    UserId,
    Email,
}

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
