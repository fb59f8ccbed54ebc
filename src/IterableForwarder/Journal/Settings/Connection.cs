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
internal sealed record Connection : ConnectionSettings, IFeed
{
    public Connection()
    {
    }

    public Connection(ConnectionSettings settings)
        : base(settings)
    {
    }

    public required FeedId Id { get; init; }

    /// <summary>True after an operator has named the list, until a call for it has worked.</summary>
    public bool ListUnverified { get; init; }

    /// <summary>The list that was found or created for its name: what was accepted meanwhile goes there, whatever list it feeds today.</summary>
    public long? FoundListId { get; init; }

    /// <summary>Lists of its name that are gone: what was accepted for them goes to the list of the name.</summary>
    public IReadOnlyList<long> ReplacedListIds { get; init; } = [];

    /// <summary>Where what was accepted with the name of a list alone goes; null while that list is not known.</summary>
    public long? ListOfName => FoundListId ?? ListId;

    /// <summary>It has only the name of its list so far: delivery finds the list or creates it.</summary>
    public bool AwaitsList => ListId is null && ListName is not null;

    /// <summary>When the service created the list; Iterable may not know it for some seconds after.</summary>
    public DateTimeOffset? ListCreatedAt { get; init; }

    /// <summary>Created by a source, whose messages still set it; false for what an operator created or changed.</summary>
    public bool FollowsSource { get; init; }

    /// <summary>True where it takes what belongs to the connection of no audience, and feeds no list.</summary>
    public bool IsBin { get; init; }

    /// <summary>The source's time of the message that last set it, in Unix milliseconds; null where none did.</summary>
    public long? SourceTime { get; init; }

    public FeedFlow Flow { get; init; } = FeedFlow.Free;

    public FeedHold? Hold => Flow.HoldFor(ListId);

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

    public CallSettings CallSettings => new(UpdateExistingUsersOnly, CampaignId, ChannelUnsubscribe);

    public MappingRule RuleFor(Project project) => new(project.Type, UserId ?? project.UserId, AttributeMappings, WithoutEmail: !RequireEmail);

    /// <inheritdoc cref="IFeed.With"/>
    public Connection With(FeedFlow flow) => ReferenceEquals(flow, Flow) ? this : this with { Flow = flow };

    ChangeKind IFeed.Kind => ChangeKind.Membership;

    bool IFeed.MergeNestedObjects => false;

    IFeed IFeed.With(FeedFlow flow) => With(flow);
}
