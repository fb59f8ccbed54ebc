using IterableForwarder.Changes;
using IterableForwarder.Mapping;

namespace IterableForwarder.Journal.Settings;

/// <summary>A stream's sides as connections. All that the stream says of them is taken from it, so that the two can never disagree.</summary>
internal static class StreamSides
{
    public static Connection EventsOf(EventStream stream) => Apply(stream, new Connection
    {
        Id = stream.Id,
        ProjectId = stream.ProjectId,
        Name = stream.Name,
        Kind = ChangeKind.Event,
        Source = Source.Amplitude,
        CreatedAt = stream.CreatedAt,
    });

    public static Connection UsersOf(EventStream stream) => Apply(stream, new Connection
    {
        Id = stream.UsersId,
        ProjectId = stream.ProjectId,
        Name = stream.Name,
        Kind = ChangeKind.User,
        Source = Source.Amplitude,
        CreatedAt = stream.CreatedAt,
    });

    /// <summary>The side with the stream's settings of now; what stopped it stays.</summary>
    public static Connection Apply(EventStream stream, Connection side) => side.Kind == ChangeKind.User
        ? side with { Name = stream.Name, MergeNestedObjects = stream.Users.MergeNestedObjects, Attributes = AttributesOf(stream) }
        : side with { Name = stream.Name };

    /// <summary>Who a change of the stream is about: without the identifier it is not forwarded, whatever else it names.</summary>
    public static IdentityRule IdentityOf(EventStream stream) => stream.Identifier.Type == IdentifierType.Email ? IdentityRule.GivenEmail : IdentityRule.GivenUserId;

    /// <summary>A user's field is filled from the attribute that is called like the property's path.</summary>
    private static Dictionary<string, string> AttributesOf(EventStream stream) => stream.Users.Properties.ToDictionary(p => PropertyPath.Parse(p).Name);
}
