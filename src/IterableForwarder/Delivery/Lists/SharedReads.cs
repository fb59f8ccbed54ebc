using Iterable.Client;
using Iterable.Client.Results;
using IterableForwarder.Changes;
using IterableForwarder.Delivery.Pacing;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Delivery.Lists;

/// <summary>Reads the lists of a project once for all who want them at the same time: a message may name thousands of new audiences.</summary>
internal sealed class SharedReads(IterableClient client, ProjectBudgets budgets)
{
    private readonly Dictionary<(ProjectId, string ApiKey), Task<CallResult<IReadOnlyList<IterableList>>>> _waiting = [];

    /// <summary>The lists as they are now or later. The call counts against the project's small share of its budget.</summary>
    public Task<CallResult<IReadOnlyList<IterableList>>> ReadAsync(Project project, CancellationToken cancellationToken)
    {
        var key = (project.Id, project.ApiKey);
        lock (_waiting)
        {
            if (!_waiting.TryGetValue(key, out var read)) _waiting[key] = read = Task.Run(() => ReadAsync(project), CancellationToken.None);
            return read.WaitAsync(cancellationToken);
        }
    }

    private async Task<CallResult<IReadOnlyList<IterableList>>> ReadAsync(Project project)
    {
        // 1. Wait for its turn: whoever asks until then shares the call.
        // 2. Who asks while it is on its way would not see a list that was created in the meantime: the next call is theirs.
        var caller = budgets.SideCallerFor(project);
        await caller.Budget!.TakeAsync(EndpointClass.Lists, CancellationToken.None);
        lock (_waiting) _waiting.Remove((project.Id, project.ApiKey));
        return await client.GetListsAsync(caller with { Budget = new PaidBudget(caller.Budget) }, CancellationToken.None);
    }
}
