using Iterable.Client;
using IterableForwarder.Changes;
using IterableForwarder.Delivery.Pacing;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Delivery.Dispatch;

/// <summary>
/// Holds a project whose key Iterable does not accept, lets one call a minute try whether it works again (ever fewer of a key that has never
/// worked), and ends the hold when one does. Touched by the owner's loop only.
/// </summary>
internal sealed class ProjectHold(ProjectId projectId, DeliveryTools tools)
{
    /// <summary>The store could not take the hold. It counts all the same, or a full disk would let every call through to be refused.</summary>
    private bool _isUnwritten;

    private bool _inFlight;
    private DateTimeOffset _next;

    /// <summary>A key that may not use lists may still send events; what else is held stops everything.</summary>
    public bool IsHeld(Project project, EndpointClass endpointClass) => Covers(project.Hold, endpointClass) || _isUnwritten;

    /// <summary>Whether calls may go; where not, <paramref name="wait"/> says when to ask again, or is null when news will come.</summary>
    public bool MaySend(Project project, EndpointClass endpointClass, DateTimeOffset now, out TimeSpan? wait)
    {
        wait = null;
        if (!IsHeld(project, endpointClass)) return true;
        if (_inFlight) return false;
        if (_next <= now) return true;
        wait = _next - now;
        return false;
    }

    /// <summary>An operator wants it to be tried at once.</summary>
    public void EndWait() => _next = DateTimeOffset.MinValue;

    public void Sent(Project project, EndpointClass endpointClass)
    {
        if (IsHeld(project, endpointClass)) _inFlight = true;
    }

    /// <summary>Iterable refused the key, or its right to use lists.</summary>
    public async ValueTask HoldAsync(string reason, string? code, string? message)
    {
        tools.Directory.TryGet(projectId, out var project);
        ProbeLater(project);
        if (project is null || !IsWorse(reason, project.Hold)) return;
        DeliveryLog.ProjectHeld(tools.Log, projectId.ToString(), reason, code);
        _isUnwritten = !await TryUpdateAsync(p => IsWorse(reason, p.Hold) ? p with { Hold = new HoldCause(reason, message ?? code, HoldCause.Service, tools.Time.GetUtcNow()) } : p);
    }

    /// <summary>A call told nothing about the key.</summary>
    public void LearnedNothing(EndpointClass endpointClass)
    {
        if (!tools.Directory.TryGet(projectId, out var project) || IsHeld(project, endpointClass)) ProbeLater(project);
    }

    /// <summary>A call got past the key.</summary>
    /// <param name="endpointClass">What was called.</param>
    /// <param name="apiKey">The key that it was called with: the project may have another by now.</param>
    public async ValueTask WorkedAsync(EndpointClass endpointClass, string apiKey)
    {
        if (!tools.Directory.TryGet(projectId, out var project)) return;
        var isHeld = IsHeld(project, endpointClass);
        if (isHeld) (_inFlight, _isUnwritten) = (false, false);
        var endsHold = isHeld && project.Hold is not null;
        if (!endsHold && !(project.KeyUnverified && project.ApiKey == apiKey)) return;
        if (endsHold) DeliveryLog.ProjectResumed(tools.Log, projectId.ToString());
        // in one step: an operator who resumes the project meanwhile finds the hold with an unverified key, or neither
        await TryUpdateAsync(p => p with { Hold = endsHold ? null : p.Hold, KeyUnverified = p.KeyUnverified && p.ApiKey != apiKey });
    }

    private void ProbeLater(Project? project) => (_inFlight, _next) = (false, tools.Clock.Now + ProbeEvery(project, tools.Time.GetUtcNow(), tools.Options.ProbeEvery));

    /// <summary>How long until a held project is tried again: a tenth of the time that a key was refused which has never worked.</summary>
    /// <param name="project">Null where it is gone.</param>
    /// <param name="now">The present time.</param>
    /// <param name="every">The least time, and the time for every other project.</param>
    internal static TimeSpan ProbeEvery(Project? project, DateTimeOffset now, TimeSpan every) =>
        project is { KeyUnverified: true, Hold: { } hold } ? RefusedKeys.Bound((now - hold.Since) / 10, every) : every;

    private static bool Covers(HoldCause? hold, EndpointClass endpointClass) => hold is not null && (hold.Reason != HoldCause.Forbidden || endpointClass == EndpointClass.Lists);

    private static bool IsWorse(string reason, HoldCause? hold) => hold is null || (hold.Reason == HoldCause.Forbidden && reason != HoldCause.Forbidden);

    private async ValueTask<bool> TryUpdateAsync(Func<Project, Project> change)
    {
        try
        {
            await tools.Directory.UpdateAsync(projectId, change, CancellationToken.None);
            return true;
        }
        catch (StorageUnavailableException e)
        {
            // the next call finds the same, and tries again to write it down
            DeliveryLog.SettlingFailed(tools.Log, e.Message);
            return false;
        }
    }
}
