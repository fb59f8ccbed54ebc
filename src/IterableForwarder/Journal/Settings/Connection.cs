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

/// <summary>One audience that feeds one Iterable list: its settings and its state.</summary>
internal sealed record Connection : ConnectionSettings
{
    public Connection()
    {
    }

    public Connection(ConnectionSettings settings)
        : base(settings)
    {
    }

    public required ConnectionId Id { get; init; }

    /// <summary>Which call its changes go by. Only memberships have a list; the others are the two sides of a stream.</summary>
    public ChangeKind Kind { get; init; }

    /// <summary>False for a side of a stream, which is shown and set as part of that alone.</summary>
    public bool IsOfAudience => Kind == ChangeKind.Membership;

    /// <summary>True after an operator has named the list, until a call for it has worked.</summary>
    public bool ListUnverified { get; init; }

    /// <summary>The list that was found or made for the name it was owed by: what was accepted meanwhile goes there, whatever list it feeds today.</summary>
    public long? FoundListId { get; init; }

    /// <summary>Lists of its name that are gone: what was accepted for them goes to the list of the name.</summary>
    public IReadOnlyList<long> ReplacedListIds { get; init; } = [];

    /// <summary>An answer of Iterable whose counts add up to less than was sent, in a sentence for the operator; null where there was none.</summary>
    public string? CountsShort { get; init; }

    /// <summary>Where what was accepted with the name of a list alone goes; null while that list is not known.</summary>
    public long? ListOfName => FoundListId ?? ListId;

    /// <summary>It has only the name of its list so far: delivery finds the list or makes it.</summary>
    public bool OwesList => ListId is null && ListName is not null;

    /// <summary>When we made the list ourselves; Iterable may not know it for some seconds after.</summary>
    public DateTimeOffset? ListCreatedAt { get; init; }

    /// <summary>Of users: whether Iterable merges nested objects into those it has, or replaces them.</summary>
    public bool MergeNestedObjects { get; init; }

    /// <summary>Made by a source, whose messages still set it; false for what an operator made or changed.</summary>
    public bool FollowsSource { get; init; }

    /// <summary>The source's time of the message that last set it, in Unix milliseconds; null where none did.</summary>
    public long? SourceTime { get; init; }

    /// <summary>Set while an operator has paused it.</summary>
    public Stop? Pause { get; init; }

    /// <summary>What the service holds of it: at most one hold for each list, and one for all of it.</summary>
    public IReadOnlyList<ConnectionHold> Holds { get; init; } = [];

    /// <summary>The hold that stops what it accepts now; other lists that it still owes changes to may be held beside.</summary>
    public ConnectionHold? Hold => HoldFor(ListId);

    /// <summary>True once the source has ended the audience.</summary>
    public bool Closed { get; init; }

    /// <summary>What its source said that could not be used, in sentences for the operator.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whether a list was found or created by the name that the connection has.</summary>
    public bool IsListByName(long? listId) => ListName is not null && listId is { } list && (ListId == list || ReplacedListIds.Contains(list));

    /// <summary>The connection with another list of its name in the place of one that is gone.</summary>
    public Connection WithListReplaced(long gone, long listId, DateTimeOffset? createdAt) => this with
    {
        ListId = ListId == gone ? listId : ListId,
        FoundListId = FoundListId == gone ? listId : FoundListId,
        ListCreatedAt = ListId == gone ? createdAt : ListCreatedAt,
        ReplacedListIds = [.. ReplacedListIds.Where(id => id != listId && id != gone).TakeLast(9), gone],
    };

    /// <summary>The hold that stops what it owes to a list; null for none.</summary>
    /// <param name="listId">Null for a list that has only a name so far, and for a stream.</param>
    public ConnectionHold? HoldFor(long? listId) => Holds.FirstOrDefault(hold => hold.Covers(listId));

    /// <summary>The hold that belongs to just this list, or with null to the whole; null for none.</summary>
    public ConnectionHold? HoldOnlyOf(long? listId) => Holds.FirstOrDefault(hold => hold.ListId == listId);

    /// <summary>The connection with a hold, unless one covers the same list already.</summary>
    public Connection WithHold(ConnectionHold hold) => HoldFor(hold.ListId) is null ? this with { Holds = [.. Holds, hold] } : this;

    /// <summary>The connection without the hold that stops what it owes to a list.</summary>
    public Connection WithoutHold(long? listId) => HoldFor(listId) is null ? this : this with { Holds = [.. Holds.Where(hold => !hold.Covers(listId))] };

    /// <summary>What is said with the calls of changes that bring no settings of their own.</summary>
    public CallSettings CallSettings => new(UpdateExistingUsersOnly, CampaignId, ChannelUnsubscribe);

    /// <summary>The mapping that a change accepted now is kept under.</summary>
    public MappingRule RuleFor(Project project) => new(project.Type, UserId ?? project.UserId, AttributeMappings, WithoutEmail: !RequireEmail);
}
