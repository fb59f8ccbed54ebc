using Iterable.Client;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Mapping;
using IterableForwarder.Tests.Changes;

namespace IterableForwarder.Tests.Journal;

/// <summary>Projects and connections with every setting that tells them from the defaults, and batches for them.</summary>
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
        Budgets = new() { Lists = 2.5 },
        SegmentSecret = "secret",
        CreatedAt = CreatedAt,
    };

    public static Connection Connection(FeedId id, ProjectId project, string audience) => new()
    {
        Id = id,
        ProjectId = project,
        Name = "A connection",
        Source = Source.Members,
        AudienceId = audience,
        ListId = 7,
        Attributes = new Dictionary<string, string> { ["town"] = "city" },
        CreatedAt = CreatedAt,
    };

    /// <summary>A batch received now, with so many people who are forwarded, and so many who are dropped.</summary>
    public static NewBatch Batch(ProjectId project, FeedId connection, TimeProvider clock, int changes, int dropped = 0) =>
        BatchOf(project, connection, clock, [.. Enumerable.Range(0, changes).Select(i => Some.Add($"{i}@example.com")), .. Enumerable.Repeat(Some.Add(), dropped)]);

    /// <summary>A batch received now with these changes.</summary>
    public static NewBatch BatchOf(ProjectId project, FeedId connection, TimeProvider clock, IEnumerable<Change> changes)
    {
        var builder = new ChunkBuilder(clock.GetUtcNow());
        foreach (var change in changes) builder.Add(change);
        var rule = new EntryRule(7, Some.Rule());
        return new()
        {
            Id = BatchId.New(clock),
            ProjectId = project,
            FeedId = connection,
            Source = Source.Members,
            Rule = rule,
            ReceivedAt = clock.GetUtcNow(),
            Chunks = [builder.Seal(rule)],
        };
    }
}
