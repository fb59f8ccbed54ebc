using IterableForwarder.Changes;
using IterableForwarder.Mapping;

namespace IterableForwarder.Journal.Settings;

/// <summary>
/// What the journal keeps changes for and delivery sends them for: a <see cref="Connection"/>, or one kind of what an event stream brings
/// (<see cref="StreamFeed"/>). What concerns lists belongs to connections alone.
/// </summary>
internal interface IFeed
{
    FeedId Id { get; }

    ProjectId ProjectId { get; }

    /// <summary>That of the connection, or of the stream.</summary>
    string Name { get; }

    /// <summary>Which call its changes go by.</summary>
    ChangeKind Kind { get; }

    Source Source { get; }

    /// <summary>What stops it, and what is said of it.</summary>
    FeedFlow Flow { get; }

    /// <summary>The hold that stops what it accepts now; null for none. Lists that a connection owed changes to before may be held beside.</summary>
    FeedHold? Hold { get; }

    /// <summary>What is said with the calls of changes that bring no settings of their own.</summary>
    CallSettings CallSettings { get; }

    /// <summary>Of users: whether Iterable merges nested objects into those it has, or replaces them.</summary>
    bool MergeNestedObjects { get; }

    DateTimeOffset CreatedAt { get; }

    /// <summary>The mapping that a change accepted now is kept under.</summary>
    MappingRule RuleFor(Project project);

    /// <summary>The same feed with another flow; this very feed where the flow is its own.</summary>
    IFeed With(FeedFlow flow);
}
