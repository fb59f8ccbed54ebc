using Iterable.Client;
using Iterable.Client.Results;
using IterableForwarder.Delivery.Pacing;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Delivery.Lists;

/// <summary>What Iterable answered to a key.</summary>
/// <param name="Lists">The lists that the key shows; null where Iterable did not accept it.</param>
/// <param name="Error">Why Iterable did not accept it.</param>
internal sealed record CheckedKey(IReadOnlyList<IterableList>? Lists, ListError? Error)
{
    /// <summary>Iterable has answered, and does not accept the key.</summary>
    public bool IsRefused => Error?.Kind is CallResultKind.CredentialsRejected or CallResultKind.Forbidden;
}

/// <summary>Checks a key by asking Iterable for the lists of its project, which every server-side key may read.</summary>
internal sealed class KeyCheck(IterableClient client, ProjectBudgets budgets, IProjectDirectory directory, TimeProvider time)
{
    /// <summary>Iterable did not answer in time.</summary>
    public const string Timeout = "Timeout";

    /// <summary>An operator or a source's message waits for the result.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(5);

    /// <summary>Checks the project's own key, or another one that it may get. The call counts against the project's budget.</summary>
    public Task<CheckedKey> AskAsync(Project project, CancellationToken cancellationToken) => AskAsync(budgets.CallerFor(project), cancellationToken);

    /// <summary>Checks a key that a source sent, which it may do any number of times: from the project's small share of its budget.</summary>
    public Task<CheckedKey> AskAsideAsync(Project project, CancellationToken cancellationToken) => AskAsync(budgets.SideCallerFor(project), cancellationToken);

    /// <summary>Checks the key of a project that is not stored yet, and has no budget.</summary>
    public Task<CheckedKey> AskForNewAsync(Project project, CancellationToken cancellationToken) => AskAsync(new IterableProject(project.ApiKey, project.DataCenter), cancellationToken);

    /// <summary>Stores that Iterable has accepted the project's key.</summary>
    public async Task MarkVerifiedAsync(Project project, CancellationToken cancellationToken)
    {
        if (!project.KeyUnverified) return;
        await directory.UpdateAsync(
            project.Id, p => p.KeyUnverified && p.ApiKey == project.ApiKey && p.DataCenter == project.DataCenter ? p with { KeyUnverified = false } : p, cancellationToken);
    }

    private async Task<CheckedKey> AskAsync(IterableProject caller, CancellationToken cancellationToken)
    {
        if (caller.ApiKey.Length == 0) return new(null, new(null, ListError.KeyUnreadable, "The project's stored key cannot be decrypted. Set the key again with POST /api/v1/projects/{id}/key."));
        using var timeout = new CancellationTokenSource(MaxWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var answer = await client.GetListsAsync(caller, either.Token);
            return answer.Kind == CallResultKind.Processed ? new(answer.Value, null) : new(null, answer.ToListError(caller.ApiKey));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(null, new(null, Timeout, $"Iterable did not answer within {MaxWait.TotalSeconds} s."));
        }
    }
}
