using IterableForwarder.Changes;

namespace IterableForwarder.Journal.Settings;

/// <summary>What can be held or paused. A project is only held, never paused.</summary>
/// <param name="ListId">The list that a hold of a feed belongs to; null for all of it.</param>
internal sealed record Holdable(Guid Thing, ProjectId Project, HoldKind Kind, long? ListId = null)
{
    public static Holdable HoldOf(Project project) => new(project.Id.Value, project.Id, HoldKind.Hold);

    public static Holdable HoldOf(IFeed feed, long? listId) => new(feed.Id.Value, feed.ProjectId, HoldKind.Hold, listId);

    public static Holdable PauseOf(IFeed feed) => new(feed.Id.Value, feed.ProjectId, HoldKind.Pause);
}

/// <summary>Who changed something, and when.</summary>
/// <param name="Name"><c>service</c>, or the name of a key.</param>
/// <param name="Reason">Why it ends, in the operator's words; null where nobody said so.</param>
internal sealed record HoldAuthor(string Name, string? Reason, DateTimeOffset At);

/// <summary>A pause or a hold that ends, one that begins, or first the one and then the other.</summary>
/// <param name="EndedBy">Null where none ends.</param>
/// <param name="Begun">Null where none begins.</param>
internal sealed record HoldChange(Holdable What, HoldAuthor? EndedBy, HoldCause? Begun);

/// <summary>Finds the pauses and holds that begin or end with a change of settings, for the history.</summary>
internal static class HoldChanges
{
    public static IReadOnlyList<HoldChange> Between(Project before, Project after, HoldAuthor author) =>
        [.. Between(Holdable.HoldOf(after), before.Hold, after.Hold, author)];

    public static IReadOnlyList<HoldChange> Between(IFeed before, IFeed after, HoldAuthor author) =>
    [
        .. Between(Holdable.PauseOf(after), before.Flow.Pause, after.Flow.Pause, author),
        .. before.Flow.Holds.Concat(after.Flow.Holds).Select(hold => hold.ListId).Distinct()
            .SelectMany(list => Between(Holdable.HoldOf(after, list), before.Flow.HoldOnlyOf(list)?.Cause, after.Flow.HoldOnlyOf(list)?.Cause, author)),
    ];

    /// <summary>Everything of a project that can be held or paused, with its hold.</summary>
    public static IEnumerable<(Holdable What, HoldCause? Cause)> HoldsOf(Project project, IEnumerable<IFeed> feeds)
    {
        yield return (Holdable.HoldOf(project), project.Hold);
        foreach (var feed in feeds)
        {
            yield return (Holdable.PauseOf(feed), feed.Flow.Pause);
            foreach (var list in feed.Flow.Holds.Select(hold => hold.ListId).Append(null).Distinct())
                yield return (Holdable.HoldOf(feed, list), feed.Flow.HoldOnlyOf(list)?.Cause);
        }
    }

    /// <summary>
    /// Reconciles the history with the holds at the start: the key ring may have gone or come back meanwhile, and what was
    /// held before the history existed is missing in it.
    /// </summary>
    /// <param name="lasting">The reasons of those that last by the history.</param>
    /// <param name="all">Everything that can be held or paused, with its hold.</param>
    /// <param name="now">When what does not last any more is said to have ended.</param>
    public static IReadOnlyList<HoldChange> Reconcile(
        IReadOnlyDictionary<(Guid Thing, HoldKind Kind, long? ListId), string> lasting, IEnumerable<(Holdable What, HoldCause? Cause)> all, DateTimeOffset now)
    {
        var changes = new List<HoldChange>();
        foreach (var (what, hold) in all)
        {
            var reason = lasting.GetValueOrDefault((what.Thing, what.Kind, what.ListId));
            if (reason != hold?.Reason) changes.Add(new(what, reason is null ? null : new(HoldCause.Service, null, now), hold));
        }
        return changes;
    }

    private static IEnumerable<HoldChange> Between(Holdable what, HoldCause? before, HoldCause? after, HoldAuthor author)
    {
        if (before == after) return [];
        // one that takes another's place keeps its beginning for the answer, yet it was only asked for now
        var begun = after is not null && before?.Since == after.Since ? after with { Since = author.At } : after;
        return [new(what, before is null ? null : author, begun)];
    }
}
