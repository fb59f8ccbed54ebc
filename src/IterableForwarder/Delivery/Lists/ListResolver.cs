using Iterable.Client;
using Iterable.Client.Results;
using IterableForwarder.Delivery.Pacing;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Delivery.Lists;

/// <summary>A list found or created by its name, or why there is none.</summary>
/// <param name="ListId">0 when there is a <paramref name="Error"/>.</param>
/// <param name="CreatedAt">Set when the service created the list itself, lately: Iterable may not know it everywhere yet.</param>
internal sealed record ResolvedList(long ListId, string Name, DateTimeOffset? CreatedAt, ListError? Error = null);

/// <param name="Answer">Iterable's answer; null when it is not Iterable that objects.</param>
/// <param name="Code">Iterable's code, a transport error, <c>KeyUnreadable</c>, <c>AmbiguousName</c> or <c>NotShownYet</c>.</param>
/// <param name="Message">Iterable's words or ours; never the key.</param>
internal sealed record ListError(CallResult? Answer, string Code, string Message)
{
    /// <summary>Iterable may have created the list, and does not show it yet.</summary>
    public const string NotShownYet = "NotShownYet";

    /// <summary>There is no key to ask with.</summary>
    public const string KeyUnreadable = "KeyUnreadable";

    public CallResultKind? Kind => Answer?.Kind;
}

/// <summary>
/// Asks Iterable for lists, for the projects that this process owns. Names are compared exactly; where several lists have the name none
/// is picked.
/// </summary>
internal sealed class ListResolver(IterableClient client, ProjectBudgets budgets, ICreatedLists createdLists, TimeProvider time, ILogger<ListResolver> log) : ILists
{
    /// <summary>GET /api/lists was seen not to show a new list for up to 30 seconds; twice that is safe and costs little.</summary>
    private static readonly TimeSpan Shown = TimeSpan.FromMinutes(1);

    private readonly KeyedLock<RequestedList> _locks = new();
    private readonly SharedReads _reads = new(client, budgets);

    public async Task<ResolvedList> ResolveAsync(Project project, string name, CancellationToken cancellationToken)
    {
        if (project.ApiKey.Length == 0) return Failed(project, name, Unreadable);
        var requested = RequestedList.Of(project, name);
        using (await _locks.EnterAsync(requested, cancellationToken)) return await GetOrCreateAsync(project, requested, cancellationToken);
    }

    public async Task<(string? Name, ListError? Error)> FindAsync(Project project, long listId, CancellationToken cancellationToken)
    {
        if (project.ApiKey.Length == 0) return (null, Unreadable);
        var lists = await client.GetListsAsync(budgets.CallerFor(project), cancellationToken);
        return lists.Kind == CallResultKind.Processed ? (lists.Value!.FirstOrDefault(l => l.Id == listId)?.Name, null) : (null, lists.ToListError(project));
    }

    private async Task<ResolvedList> GetOrCreateAsync(Project project, RequestedList requested, CancellationToken cancellationToken)
    {
        // 1. A list that this service created lately is known, even while Iterable does not show it yet.
        // 2. Otherwise Iterable's lists decide: one of the name is it, several are an error.
        // 3. None of the name: create it, unless a creation whose answer was lost may still show up.
        var lately = await createdLists.FindAsync(requested, cancellationToken) is { } asked && (time.GetUtcNow() - asked.AskedAt).Duration() < Shown ? asked : null;
        if (lately is { ListId: { } created }) return new(created, requested.Name, lately.AskedAt);

        var lists = await _reads.ReadAsync(project, cancellationToken);
        if (lists.Kind != CallResultKind.Processed) return Failed(project, requested.Name, lists.ToListError(project));
        var found = lists.Value!.Where(l => l.ListType is null or "Standard" && l.Name == requested.Name).Select(l => l.Id).ToList();
        if (found.Count == 1) return new(found[0], requested.Name, lately?.AskedAt);
        if (found.Count > 1) return Failed(project, requested.Name, Ambiguous(found));
        return lately is null ? await CreateAsync(project, requested, cancellationToken) : Failed(project, requested.Name, Unshown(lately));
    }

    /// <summary>
    /// Nothing is on the wire until its turn in the budget has come, which may be given up. After that the call is not given up with whoever
    /// asked: a list created unseen would be created again by the next one.
    /// </summary>
    private async Task<ResolvedList> CreateAsync(Project project, RequestedList requested, CancellationToken cancellationToken)
    {
        await budgets.For(project).Side.TakeAsync(EndpointClass.Lists, cancellationToken);
        return await CreatePaidAsync(project, requested).WaitAsync(cancellationToken);
    }

    private async Task<ResolvedList> CreatePaidAsync(Project project, RequestedList requested)
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
        // stored before the call: after a crash or a lost answer the next attempt knows that the list may exist
        await createdLists.AskAsync(requested, now);
        var result = await client.CreateListAsync(new IterableProject(project.ApiKey, project.DataCenter), requested.Name, null, CancellationToken.None);
        if (result.Kind == CallResultKind.Processed)
        {
            DeliveryLog.ListCreated(log, result.Value, project.Id.ToString());
            await createdLists.CreatedAsync(requested, result.Value);
            return new(result.Value, requested.Name, now);
        }
        // without an answer the list may exist all the same: the stored request stays
        if (result.Kind != CallResultKind.Unavailable) await createdLists.RefusedAsync(requested);
        return Failed(project, requested.Name, result.ToListError(project));
    }

    private static ListError Unreadable { get; } = new(null, ListError.KeyUnreadable, "The project's stored key cannot be decrypted. Set it again.");

    private static ListError Ambiguous(List<long> ids) =>
        new(null, "AmbiguousName", $"{ids.Count} lists have this name ({string.Join(", ", ids.Order().Take(10))}). Give the listId of the one that is meant.");

    private static ListError Unshown(CreatedList asked) =>
        new(null, ListError.NotShownYet, $"Iterable was asked for this list at {asked.AskedAt:u}, and its answer was lost. It may have created it and not show it yet: it is asked again a minute after that.");

    private ResolvedList Failed(Project project, string name, ListError error)
    {
        DeliveryLog.ListNotResolved(log, project.Id.ToString(), error.Code);
        return new(0, name, null, error);
    }
}

internal static class CallResultExtensions
{
    /// <summary>An answer that is no success, in words for an operator. Should Iterable repeat the key, it is taken out.</summary>
    public static ListError ToListError(this CallResult result, Project project) => result.ToListError(project.ApiKey);

    /// <inheritdoc cref="ToListError(CallResult, Project)"/>
    public static ListError ToListError(this CallResult result, string apiKey) => new(
        result,
        result.Code ?? result.Kind.ToString(),
        (result.Message ?? (result.StatusCode is { } status ? $"Iterable answered with HTTP {status}." : "Iterable could not be reached.")).Replace(apiKey, "***", StringComparison.Ordinal));
}
