using IterableForwarder.Delivery.Answers;
using IterableForwarder.Delivery.Lists;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Delivery.Dispatch;

/// <summary>
/// Finds or creates the list of a connection that has only its name, or whose list is gone: accepting does not wait for Iterable, so this
/// does. Until there is a list the queue waits.
/// </summary>
internal sealed class ListCreation(DeliveryTools tools, ProjectHold projectHold, FeedHolds holds)
{
    /// <summary>What was found, or null when it was cut off because the service stops.</summary>
    public async Task<ResolvedList?> ResolveAsync(Project project, Connection connection, CancellationToken abandon)
    {
        try
        {
            return await tools.Lists.ResolveAsync(project, connection.ListName!, abandon);
        }
        catch (OperationCanceledException) when (abandon.IsCancellationRequested)
        {
            return null;
        }
        catch (StorageUnavailableException e)
        {
            return new(0, connection.ListName!, null, new(null, ListFault.NotShownYet, e.Message));
        }
    }

    /// <summary>Runs in the dispatcher's loop.</summary>
    /// <param name="queue">The queue that waits for the list.</param>
    /// <param name="project">As it was when Iterable was asked.</param>
    /// <param name="list">What came of it.</param>
    /// <param name="startedAt">When Iterable was first asked.</param>
    /// <returns>What brings the queue's changes to a list that takes the place of one that is gone; null where there is nothing to bring.</returns>
    public async ValueTask<PendingOperation?> HandleAsync(DeliveryQueue queue, Project project, ResolvedList list, DateTimeOffset startedAt)
    {
        if (!tools.Directory.TryGet(project.Id, out var now) || now.ApiKey != project.ApiKey)
        {
            // said of the key before, which may be that of another project of Iterable's
            projectHold.LearnedNothing(queue.Class);
            return null;
        }
        if (list.Fault is { } fault)
        {
            await ReactAsync(queue, now, fault, startedAt);
            return null;
        }
        queue.BackOff.Succeed();
        await projectHold.WorkedAsync(queue.Class, project.ApiKey);
        if (queue.ListId is not { } gone)
        {
            await holds.EndAsync(queue);
            await KeepAsync(queue, list);
            return null;
        }
        queue.IsListGone = false;
        if (list.ListId != gone) return Replace(queue, gone, list);
        // Iterable shows the list, and refuses calls for it
        await holds.HoldAsync(queue, Stop.ListNotFound, "ListNotFound", $"Iterable does not accept calls for list {gone}, although it shows a list of this name.");
        return null;
    }

    private async ValueTask ReactAsync(DeliveryQueue queue, Project project, ListFault fault, DateTimeOffset startedAt)
    {
        if (fault.Answer is { } answer)
        {
            var decision = AnswerPolicy.Decide(answer, new() { IsOfList = true, IsKnownFailure = startedAt < queue.FailedAt, MaxRetryAfter = tools.Options.MaxRetryAfter });
            await ReactAsync(queue, project, fault, decision, startedAt);
        }
        else if (fault.Code is ListFault.NotShownYet or ListFault.KeyUnreadable)
        {
            projectHold.LearnedNothing(queue.Class);
            queue.Fail(tools.Clock.Now, null);
        }
        else
        {
            await projectHold.WorkedAsync(queue.Class, project.ApiKey);
            await holds.HoldAsync(queue, Stop.ListNotFound, fault.Code, fault.Message);
        }
        await holds.RecordErrorAsync(queue, $"The list could not be found or created: {fault.Code} {fault.Message}");
    }

    private async ValueTask ReactAsync(DeliveryQueue queue, Project project, ListFault fault, AnswerDecision decision, DateTimeOffset startedAt)
    {
        switch (decision.Hold)
        {
            case HoldStep.ProjectCredentials:
                await projectHold.HoldAsync(Stop.CredentialsRejected, fault.Code, fault.Message);
                return;
            case HoldStep.ProjectForbidden:
                await projectHold.HoldAsync(Stop.Forbidden, fault.Code, fault.Message);
                return;
        }
        if (decision.Key == KeyStep.Unknown) projectHold.LearnedNothing(queue.Class);
        else await projectHold.WorkedAsync(queue.Class, project.ApiKey);
        switch (decision.Wait)
        {
            case WaitStep.SlowDown:
                // creations that flew together are slowed down once
                tools.Budgets.For(project).Of(queue.Class).SlowDown(decision.RetryAfter, tools.Clock.Now - startedAt, decision.IsRetryAfterCut);
                queue.Fail(tools.Clock.Now, decision.RetryAfter);
                break;
            case WaitStep.BackOff:
                queue.Fail(tools.Clock.Now, decision.RetryAfter);
                break;
            case WaitStep.None when decision.Key == KeyStep.Unknown:
                break;
            default:
                // Iterable refuses to create the list
                await holds.HoldAsync(queue, Stop.ListNotFound, fault.Code, fault.Message);
                break;
        }
    }

    private async ValueTask KeepAsync(DeliveryQueue queue, ResolvedList list)
    {
        try
        {
            await tools.Directory.UpdateAsync(
                queue.Feed,
                c => c.OwesList && c.ListName == list.Name ? c with { ListId = list.ListId, FoundListId = list.ListId, ListCreatedAt = list.CreatedAt } : c,
                CancellationToken.None);
        }
        catch (StorageUnavailableException e)
        {
            DeliveryLog.SettlingFailed(tools.Log, e.Message);
            queue.Fail(tools.Clock.Now, null);
        }
    }

    /// <summary>First the changes, then the connection: stopped in between, the next call for the list that is gone comes here again.</summary>
    private PendingOperation Replace(DeliveryQueue queue, long gone, ResolvedList list)
    {
        DeliveryLog.ListReplaced(tools.Log, queue.Feed.ToString(), gone, list.ListId);
        return new PendingOperation(async cancellationToken =>
        {
            try
            {
                if (!tools.Directory.TryGet(queue.Feed, out var connection)) return 0;
                var moved = await tools.Journal.MoveAllPendingAsync(queue.Feed, new PendingMove(OwedList.Of(connection, queue.ListId), list.ListId), cancellationToken);
                await tools.Directory.UpdateAsync(queue.Feed, c => c.WithListReplaced(gone, list.ListId, list.CreatedAt).With(c.Flow.WithoutHold(gone)), cancellationToken);
                return moved;
            }
            catch (StorageUnavailableException e)
            {
                DeliveryLog.SettlingFailed(tools.Log, e.Message);
                return 0;
            }
        });
    }
}
