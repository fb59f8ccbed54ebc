using IterableForwarder.Changes;

namespace IterableForwarder.Journal.Settings;

/// <summary>What can be stopped, and how. A project is only ever held.</summary>
/// <param name="ListId">The list that a hold of a feed belongs to; null for what stops all of it.</param>
internal sealed record Stoppable(Guid Thing, ProjectId Project, StopKind Kind, long? ListId = null)
{
    public static Stoppable HoldOf(Project project) => new(project.Id.Value, project.Id, StopKind.Hold);

    public static Stoppable HoldOf(IFeed feed, long? listId) => new(feed.Id.Value, feed.ProjectId, StopKind.Hold, listId);

    public static Stoppable PauseOf(IFeed feed) => new(feed.Id.Value, feed.ProjectId, StopKind.Pause);
}

/// <summary>Who changed something, and when.</summary>
/// <param name="Name"><c>service</c>, or the name of a key.</param>
/// <param name="Reason">Why it ends, in the operator's words; null where nobody said so.</param>
internal sealed record StopAuthor(string Name, string? Reason, DateTimeOffset At);

/// <summary>A pause or a hold that ends, one that begins, or first the one and then the other.</summary>
/// <param name="EndedBy">Null where none ends.</param>
/// <param name="Begun">Null where none begins.</param>
internal sealed record StopChange(Stoppable What, StopAuthor? EndedBy, Stop? Begun);

/// <summary>Finds the pauses and holds that begin or end with a change of settings, for the history.</summary>
internal static class StopChanges
{
    public static IReadOnlyList<StopChange> Between(Project before, Project after, StopAuthor author) =>
        [.. Between(Stoppable.HoldOf(after), before.Hold, after.Hold, author)];

    public static IReadOnlyList<StopChange> Between(IFeed before, IFeed after, StopAuthor author) =>
    [
        .. Between(Stoppable.PauseOf(after), before.Flow.Pause, after.Flow.Pause, author),
        .. before.Flow.Holds.Concat(after.Flow.Holds).Select(hold => hold.ListId).Distinct()
            .SelectMany(list => Between(Stoppable.HoldOf(after, list), before.Flow.HoldOnlyOf(list)?.Stop, after.Flow.HoldOnlyOf(list)?.Stop, author)),
    ];

    /// <summary>Whatever can be stopped of a project, with its stop.</summary>
    public static IEnumerable<(Stoppable What, Stop? Stop)> StopsOf(Project project, IEnumerable<IFeed> feeds)
    {
        yield return (Stoppable.HoldOf(project), project.Hold);
        foreach (var feed in feeds)
        {
            yield return (Stoppable.PauseOf(feed), feed.Flow.Pause);
            foreach (var list in feed.Flow.Holds.Select(hold => hold.ListId).Append(null).Distinct())
                yield return (Stoppable.HoldOf(feed, list), feed.Flow.HoldOnlyOf(list)?.Stop);
        }
    }

    /// <summary>
    /// Makes the history agree with what is stopped at the start: the key ring may have gone or come back meanwhile, and what was
    /// stopped before there was a history is in none.
    /// </summary>
    /// <param name="lasting">The reasons of those that last by the history.</param>
    /// <param name="all">Whatever can be stopped, with its stop.</param>
    /// <param name="now">When what does not last any more is said to have ended.</param>
    public static IReadOnlyList<StopChange> Reconcile(
        IReadOnlyDictionary<(Guid Thing, StopKind Kind, long? ListId), string> lasting, IEnumerable<(Stoppable What, Stop? Stop)> all, DateTimeOffset now)
    {
        var changes = new List<StopChange>();
        foreach (var (what, stop) in all)
        {
            var reason = lasting.GetValueOrDefault((what.Thing, what.Kind, what.ListId));
            if (reason != stop?.Reason) changes.Add(new(what, reason is null ? null : new(Stop.Service, null, now), stop));
        }
        return changes;
    }

    private static IEnumerable<StopChange> Between(Stoppable what, Stop? before, Stop? after, StopAuthor author)
    {
        if (before == after) return [];
        // one that takes another's place keeps its beginning for the answer, yet it was only asked for now
        var begun = after is not null && before?.Since == after.Since ? after with { Since = author.At } : after;
        return [new(what, before is null ? null : author, begun)];
    }
}
