using IterableForwarder.Changes;
using IterableForwarder.Mapping;

namespace IterableForwarder.Journal.Settings;

/// <summary>Which format brought something.</summary>
internal enum Source
{
    Members,
    MParticle,
    Segment,
    Amplitude,
}

/// <summary>One audience that feeds one Iterable list.</summary>
internal sealed record Connection
{
    public required ConnectionId Id { get; init; }

    public required ProjectId ProjectId { get; init; }

    public required string Name { get; init; }

    /// <summary>Which call its changes go by. Only memberships have a list; the others are the two sides of a stream.</summary>
    public ChangeKind Kind { get; init; }

    /// <summary>False for a side of a stream, which is shown and set as part of that alone.</summary>
    public bool IsOfAudience => Kind == ChangeKind.Membership;

    public required Source Source { get; init; }

    /// <summary>The source's own id of the audience; unique for its source in the project.</summary>
    public string? AudienceId { get; init; }

    /// <summary>Null where a source made the connection without a usable list.</summary>
    public long? ListId { get; init; }

    public string? ListName { get; init; }

    /// <summary>True after an operator has named the list, until a call for it has worked.</summary>
    public bool ListUnverified { get; init; }

    /// <summary>The list that was found or made for the name it was owed by: what was accepted meanwhile goes there, whatever list it feeds today.</summary>
    public long? FoundListId { get; init; }

    /// <summary>It has only the name of its list so far: delivery finds the list or makes it.</summary>
    public bool OwesList => ListId is null && ListName is not null;

    /// <summary>When we made the list ourselves; Iterable may not know it for some seconds after.</summary>
    public DateTimeOffset? ListCreatedAt { get; init; }

    /// <summary>Overrides the project's rule and the message's.</summary>
    public IdentityRule? UserId { get; init; }

    public bool UpdateExistingUsersOnly { get; init; }

    public long? CampaignId { get; init; }

    public bool ChannelUnsubscribe { get; init; }

    /// <summary>Of users: whether Iterable merges nested objects into those it has, or replaces them.</summary>
    public bool MergeNestedObjects { get; init; }

    /// <summary>False to forward somebody without an e-mail by the customer id alone.</summary>
    public bool RequireEmail { get; init; } = true;

    public IReadOnlyList<AttributeMapping> Attributes { get; init; } = [];

    /// <summary>Where its source's messages carry the identifiers; null for the source's own choice.</summary>
    public IdentifierPaths? Identifiers { get; init; }

    /// <summary>Made by a source, whose messages still set it; false for what an operator made or changed.</summary>
    public bool FollowsSource { get; init; }

    /// <summary>The source's time of the message that last set it, in Unix milliseconds; null where none did.</summary>
    public long? SourceTime { get; init; }

    /// <summary>Set while an operator has paused it.</summary>
    public Stop? Pause { get; init; }

    /// <summary>Set while the service holds it.</summary>
    public Stop? Hold { get; init; }

    /// <summary>True once the source has ended the audience.</summary>
    public bool Closed { get; init; }

    /// <summary>What its source said that could not be used, in sentences for the operator.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>What is said with the calls of changes that bring no settings of their own.</summary>
    public CallSettings CallSettings => new(UpdateExistingUsersOnly, CampaignId, ChannelUnsubscribe);

    /// <summary>The mapping that a change accepted now is kept under.</summary>
    public MappingRule RuleFor(Project project) => new(project.Type, UserId ?? project.UserId, Attributes, WithoutEmail: !RequireEmail);
}
