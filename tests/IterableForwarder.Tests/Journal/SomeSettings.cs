using Iterable.Client;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Mapping;
using IterableForwarder.Tests.Changes;

namespace IterableForwarder.Tests.Journal;

/// <summary>Projects and connections with every setting that tells them from the defaults.</summary>
internal static class SomeSettings
{
    private static readonly DateTimeOffset CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(Some.Time);

    public static Project Project(ProjectId id, string apiKey) => new()
    {
        Id = id,
        Name = "A project",
        ApiKey = apiKey,
        DataCenter = IterableDataCenter.Eu,
        Type = ProjectType.Hybrid,
        UserId = IdentityRule.Mpid,
        Budgets = new(2.5, 5, 10),
        SegmentSecret = "secret",
        CreatedAt = CreatedAt,
    };

    public static Connection Connection(ConnectionId id, ProjectId project, string audience) => new()
    {
        Id = id,
        ProjectId = project,
        Name = "A connection",
        Source = Source.Members,
        AudienceId = audience,
        ListId = 7,
        Attributes = [new("town", "city")],
        CreatedAt = CreatedAt,
    };
}
