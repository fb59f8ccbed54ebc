using System.Collections.Concurrent;
using Iterable.Client;
using Iterable.Client.Results;
using IterableForwarder.Changes;
using IterableForwarder.Delivery;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Telemetry;

namespace IterableForwarder.Administration;

/// <summary>A list found or made by its name, or why there is none.</summary>
/// <param name="ListId">0 when there is a <paramref name="Fault"/>.</param>
/// <param name="CreatedAt">Set when the list was made just now, by us.</param>
internal sealed record ResolvedList(long ListId, string Name, DateTimeOffset? CreatedAt, ListFault? Fault = null);

/// <param name="Kind">What Iterable's answer means; null when it is not Iterable that objects.</param>
/// <param name="Code">Iterable's code, a transport fault, <c>KeyUnreadable</c> or <c>AmbiguousName</c>.</param>
/// <param name="Message">Iterable's words or ours; never the key.</param>
internal sealed record ListFault(CallResultKind? Kind, string Code, string Message);

/// <summary>
/// Finds the static list of a name, or makes it: one, however often it is asked for at once. Names are compared exactly; where
/// several lists have the name none is picked.
/// </summary>
internal sealed class ListResolver(IterableClient client, IProjectBudgets budgets, TimeProvider time, ILogger<ListResolver> log)
{
    /// <summary>GET /api/lists was seen not to show a new list for up to 30 seconds; twice that is safe and costs nothing.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(1);

    private readonly KeyedLock<Name> _names = new();
    private readonly ConcurrentDictionary<Name, ResolvedList> _made = [];

    public async Task<ResolvedList> ResolveAsync(Project project, string name, CancellationToken cancellationToken)
    {
        if (project.ApiKey.Length == 0) return Failed(project, name, new ListFault(null, "KeyUnreadable", "The project's stored key cannot be decrypted. Set it again."));
        // the key is part of the name: with another key it may be another project of Iterable's
        var key = new Name(project.Id, project.ApiKey, name);
        using (await _names.EnterAsync(key, cancellationToken))
        {
            Forget();
            return _made.TryGetValue(key, out var made) ? made : await FindOrMakeAsync(project, key, cancellationToken);
        }
    }

    private async Task<ResolvedList> FindOrMakeAsync(Project project, Name key, CancellationToken cancellationToken)
    {
        var caller = budgets.CallerFor(project);
        var lists = await client.GetListsAsync(caller, cancellationToken);
        if (lists.Kind != CallResultKind.Processed) return Failed(project, key.Text, lists.ToFault(project));

        var found = lists.Value!.Where(l => l.ListType is null or "Standard" && l.Name == key.Text).Select(l => l.Id).ToList();
        if (found.Count == 1) return new ResolvedList(found[0], key.Text, null);
        if (found.Count > 1) return Failed(project, key.Text, Ambiguous(found));

        // not given up with the request that asked: a list made unseen would be made again by the next one
        var made = await client.CreateListAsync(caller, key.Text, null, CancellationToken.None);
        if (made.Kind != CallResultKind.Processed) return Failed(project, key.Text, made.ToFault(project));
        AdministrationLog.ListMade(log, made.Value, project.Id.ToString());
        return _made[key] = new ResolvedList(made.Value, key.Text, time.GetStoredNow());
    }

    private static ListFault Ambiguous(List<long> ids) =>
        new(null, "AmbiguousName", $"{ids.Count} lists have this name ({string.Join(", ", ids.Order().Take(10))}). Give the listId of the one that is meant.");

    private ResolvedList Failed(Project project, string name, ListFault fault)
    {
        AdministrationLog.ListNotResolved(log, project.Id.ToString(), fault.Code);
        return new ResolvedList(0, name, null, fault);
    }

    private void Forget()
    {
        var oldest = time.GetUtcNow() - Remembered;
        foreach (var (key, list) in _made)
        {
            if (list.CreatedAt < oldest) _made.TryRemove(key, out _);
        }
    }

    private sealed record Name(ProjectId Project, string ApiKey, string Text)
    {
        /// <summary>Never shows the key.</summary>
        public override string ToString() => $"{Project}/{Text}";
    }
}

internal static class CallResultExtensions
{
    /// <summary>An answer that is no success, in words for an operator. Should Iterable repeat the key, it is taken out.</summary>
    public static ListFault ToFault(this CallResult result, Project project) => new(
        result.Kind,
        result.Code ?? result.Kind.ToString(),
        (result.Message ?? (result.StatusCode is { } status ? $"Iterable answered with HTTP {status}." : "Iterable could not be reached.")).Replace(project.ApiKey, "***", StringComparison.Ordinal));
}
