using Iterable.Client.Results;
using IterableForwarder.Delivery.Lists;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration.Connections;

/// <summary>Finds out which list a request means, and whether Iterable has it.</summary>
internal sealed class ListChoice(ILists lists, KeyCheck keys)
{
    /// <param name="project">Whose list it is.</param>
    /// <param name="request">What names the list.</param>
    /// <param name="current">The present list; null for a new connection.</param>
    /// <param name="check">Whether Iterable is asked for a list that is known by its id.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public async Task<(ChosenList? List, ListError? Error)> ChooseAsync(
        Project project, ConnectionSettings request, ChosenList? current, bool check, CancellationToken cancellationToken)
    {
        var isCurrent = current is not null && (request.ListId, request.ListName) == (current.Id, current.Name);
        if (!isCurrent && request.ListId is null) return await ResolveAsync(project, request.ListName!, cancellationToken);
        var chosen = isCurrent ? current!
            : request.ListId == current?.Id ? current! with { Name = null }
            : new ChosenList(request.ListId, null, null, false);
        if (!check || chosen.Id is not { } id) return (chosen, null);
        var key = await keys.AskAsync(project, cancellationToken);
        if (key.Error is not null) return (null, key.Error);
        await keys.MarkVerifiedAsync(project, cancellationToken);
        return key.Lists!.Any(l => l.Id == id) ? (chosen with { IsVerified = true }, null) : (null, new(null, ListNotShown, $"The project has no list {id}, or its key does not show it."));
    }

    /// <summary>Iterable was asked and has no such list.</summary>
    public const string ListNotShown = "ListNotFound";

    /// <summary>Whether Iterable has answered, and says no.</summary>
    public static bool IsRefusal(ListError error) => error.Code == ListNotShown || error.Kind is CallResultKind.CredentialsRejected or CallResultKind.Forbidden;

    private async Task<(ChosenList? List, ListError? Error)> ResolveAsync(Project project, string name, CancellationToken cancellationToken)
    {
        var resolved = await lists.ResolveAsync(project, name, cancellationToken);
        if (resolved.Error is { } error) return (null, error);
        await keys.MarkVerifiedAsync(project, cancellationToken);
        return (new(resolved.ListId, resolved.Name, resolved.CreatedAt, true), null);
    }
}
