using IterableForwarder.Changes;
using IterableForwarder.Delivery;
using IterableForwarder.Delivery.Lists;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration.Projects;

/// <summary>Ends a project's hold, tries its key at once, and holds it again where Iterable still refuses.</summary>
internal sealed class ProjectResume(KeyCheck keys, IProjectDirectory directory, IFeedStatusReader statuses, PendingControl pending, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Null when the project is gone.</summary>
    public async Task<Project?> ResumeAsync(Project held, Author by, CancellationToken cancellationToken)
    {
        if (held.Hold is not { } hold)
        {
            pending.Resume(held);
            return held;
        }
        // until a call has worked, the key counts as unverified: delivery's first success or its next refusal tells
        var resumed = await directory.UpdateAsync(held.Id, p => p.Hold is null ? p : p with { Hold = null, KeyUnverified = true }, by, cancellationToken);
        if (resumed is null) return null;
        pending.Resume(resumed);
        using var patience = new CancellationTokenSource(Patience, time);
        var key = await keys.AskAsync(resumed, cancellationToken);
        if (key.IsRefused) await HoldAgainAsync(resumed, key, cancellationToken);
        // the right to read lists says nothing of the right to change them
        else if (key.Error is null && hold.Reason == HoldCause.Forbidden && await HasPendingAsync(resumed, cancellationToken)) await WaitForDeliveryAsync(resumed.Id, patience.Token, cancellationToken);
        else if (key.Error is null) await keys.MarkVerifiedAsync(resumed, cancellationToken);
        return directory.TryGet(held.Id, out var after) ? after : null;
    }

    private async Task HoldAgainAsync(Project project, CheckedKey key, CancellationToken cancellationToken)
    {
        var error = key.Error!;
        var reason = error.Kind == Iterable.Client.Results.CallResultKind.Forbidden ? HoldCause.Forbidden : HoldCause.CredentialsRejected;
        var hold = new HoldCause(reason, error.Message, HoldCause.Service, time.GetUtcNow());
        await directory.UpdateAsync(project.Id, p => p.Hold is null && p.ApiKey == project.ApiKey ? p with { Hold = hold } : p, cancellationToken);
    }

    private async Task<bool> HasPendingAsync(Project project, CancellationToken cancellationToken)
    {
        var flowing = directory.ConnectionsOf(project.Id).Where(c => c is { Flow.Pause: null, Hold: null }).Select(c => c.Id).ToList();
        return (await statuses.ReadAsync(flowing, cancellationToken)).Values.Any(s => s.Pending > 0);
    }

    /// <summary>Until delivery has held the project again or a call of it has worked, or nobody has the patience any more.</summary>
    private async Task WaitForDeliveryAsync(ProjectId id, CancellationToken patience, CancellationToken cancellationToken)
    {
        var known = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        directory.Changed += Look;
        try
        {
            Look(id);
            await known.Task.WaitAsync(patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
        finally
        {
            directory.Changed -= Look;
        }

        void Look(ProjectId changed)
        {
            if (changed == id && (!directory.TryGet(id, out var project) || project.Hold is not null || !project.KeyUnverified)) known.TrySetResult();
        }
    }
}
