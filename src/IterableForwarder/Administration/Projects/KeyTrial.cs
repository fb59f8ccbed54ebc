using Iterable.Client;
using Iterable.Client.Results;
using IterableForwarder.Delivery.Lists;
using IterableForwarder.Delivery.Pacing;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration.Projects;

/// <summary>What Iterable answered to a key.</summary>
/// <param name="Lists">The lists that the key shows; null where it was not accepted.</param>
/// <param name="Error">Why not.</param>
internal sealed record TriedKey(IReadOnlyList<IterableList>? Lists, ListError? Error)
{
    /// <summary>Iterable has answered, and does not accept the key.</summary>
    public bool IsRefused => Error?.Kind is CallResultKind.CredentialsRejected or CallResultKind.Forbidden;
}

/// <summary>Asks Iterable for the lists of a project, which every server-side key may read. An accepted key counts as verified from then on.</summary>
internal sealed class KeyTrial(IterableClient client, IProjectBudgets budgets, IProjectDirectory directory, TimeProvider time)
{
    /// <summary>Iterable did not answer in time.</summary>
    public const string Timeout = "Timeout";

    /// <summary>Somebody waits for the answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Asks with the project's own key, or with another that it is to have.</summary>
    public Task<TriedKey> AskAsync(Project project, CancellationToken cancellationToken) => AskAsync(budgets.CallerFor(project), cancellationToken);

    /// <summary>Asks for a project that is not stored yet, and has no budget.</summary>
    public Task<TriedKey> AskForNewAsync(Project project, CancellationToken cancellationToken) => AskAsync(new IterableProject(project.ApiKey, project.DataCenter), cancellationToken);

    /// <summary>Keeps that the key works.</summary>
    public async Task KeepAsync(Project project, CancellationToken cancellationToken)
    {
        if (!project.KeyUnverified) return;
        await directory.UpdateAsync(
            project.Id, p => p.KeyUnverified && p.ApiKey == project.ApiKey && p.DataCenter == project.DataCenter ? p with { KeyUnverified = false } : p, cancellationToken);
    }

    private async Task<TriedKey> AskAsync(IterableProject caller, CancellationToken cancellationToken)
    {
        if (caller.ApiKey.Length == 0) return new(null, new(null, ListError.KeyUnreadable, "The project's stored key cannot be decrypted. Set the key again with POST /api/v1/projects/{id}/key."));
        using var timeout = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var lists = await client.GetListsAsync(caller, either.Token);
            return lists.Kind == CallResultKind.Processed ? new(lists.Value, null) : new(null, lists.ToListError(caller.ApiKey));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(null, new(null, Timeout, $"Iterable did not answer within {Patience.TotalSeconds} s."));
        }
    }
}
