using IterableForwarder.Changes;
using IterableForwarder.Mapping;

namespace IterableForwarder.Journal.Settings;

/// <summary>
/// The events of an event stream, or its users. All but its flow is what the stream says, so that the two can never disagree.
/// </summary>
/// <param name="Stream">As it is set now.</param>
/// <param name="Kind">Events or users.</param>
internal sealed record StreamFeed(EventStream Stream, ChangeKind Kind) : IFeed
{
    public FeedId Id => IsOfUsers ? Stream.UsersId : Stream.Id;

    public ProjectId ProjectId => Stream.ProjectId;

    public string Name => Stream.Name;

    public Source Source => Source.Amplitude;

    public FeedFlow Flow { get; init; } = FeedFlow.Free;

    public FeedHold? Hold => Flow.HoldFor(null);

    public CallSettings CallSettings => CallSettings.Default;

    public bool MergeNestedObjects => IsOfUsers && Stream.Users.MergeNestedObjects;

    public DateTimeOffset CreatedAt => Stream.CreatedAt;

    /// <summary>Both feeds of a stream that is new: its events, then its users.</summary>
    public static IReadOnlyList<StreamFeed> AllOf(EventStream stream) => [new(stream, ChangeKind.Event), new(stream, ChangeKind.User)];

    /// <summary>Without the stream's identifier a change is not forwarded, whatever else it names.</summary>
    public MappingRule RuleFor(Project project) => new(
        project.Type,
        Stream.Identifier.Type == IdentifierType.Email ? IdentityRule.GivenEmail : IdentityRule.GivenUserId,
        IsOfUsers ? Stream.Users.Fields : []);

    public IFeed With(FeedFlow flow) => ReferenceEquals(flow, Flow) ? this : this with { Flow = flow };

    private bool IsOfUsers => Kind == ChangeKind.User;
}
