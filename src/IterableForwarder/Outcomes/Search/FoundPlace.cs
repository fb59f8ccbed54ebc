using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Outcomes.Search;

/// <summary>Where a change that was found was to go, by name.</summary>
/// <param name="Connection">The name of the connection, or of the stream.</param>
/// <param name="Project">The project.</param>
/// <param name="ListId">The list it was accepted for.</param>
/// <param name="List">The name of the list.</param>
internal sealed record FoundPlace(string Connection, Project Project, long? ListId, string? List)
{
    /// <summary>Null where the connection was deleted meanwhile, and its changes with it.</summary>
    public static FoundPlace? Of(IProjectDirectory directory, FoundChange found)
    {
        if (!directory.TryGetFeed(found.FeedId, out var feed) || !directory.TryGet(feed.ProjectId, out var project)) return null;
        var (listId, list) = ListOf(found.Rule, feed as Connection);
        return new(feed.Name, project, listId, list);
    }

    /// <summary>A list that was owed has its id once it was made; the name of another list than the connection's own is not kept.</summary>
    private static (long? Id, string? Name) ListOf(EntryRule rule, Connection? connection)
    {
        if (rule.ListName is { } owed) return (owed == connection?.ListName ? connection.ListId : null, owed);
        return (rule.ListId, rule.ListId is not null && rule.ListId == connection?.ListId ? connection.ListName : null);
    }
}
