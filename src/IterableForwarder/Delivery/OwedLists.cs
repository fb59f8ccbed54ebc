using Iterable.Client.Results;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Telemetry;

namespace IterableForwarder.Delivery;

/// <summary>
/// Finds or makes the list of a connection that has only its name so far: accepting does not wait for Iterable, so this does. Until
/// there is a list the connection's changes wait.
/// </summary>
internal sealed class OwedLists(DeliveryTools tools, ProjectProbe probe)
{
    private readonly ConnectionHolds _holds = new(tools);

    /// <summary>What was found, or null when it was cut off because the service stops.</summary>
    public async Task<ResolvedList?> SeekAsync(Project project, Connection connection, CancellationToken abandon)
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

    /// <summary>Runs in the owner's loop.</summary>
    public async ValueTask HandleAsync(Lane lane, Project project, ResolvedList list)
    {
        if (!tools.Directory.TryGet(project.Id, out var now) || now.ApiKey != project.ApiKey)
        {
            // said of the key before, which may be that of another project of Iterable's
            probe.LearnedNothing(lane.Class);
            return;
        }
        if (list.Fault is { } fault)
        {
            await ReactAsync(lane, now, fault);
            return;
        }
        lane.BackOff.Succeed();
        await probe.WorkedAsync(lane.Class, project.ApiKey);
        await _holds.ResumeAsync(lane);
        await KeepAsync(lane, list);
    }

    private async ValueTask ReactAsync(Lane lane, Project project, ListFault fault)
    {
        var pace = tools.Budgets.For(project).Of(Iterable.Client.EndpointClass.Lists);
        switch (fault.Kind)
        {
            case CallResultKind.CredentialsRejected:
                await probe.HoldAsync(Stop.CredentialsRejected, fault.Code, fault.Message);
                return;
            case CallResultKind.Forbidden:
                await probe.HoldAsync(Stop.Forbidden, fault.Code, fault.Message);
                return;
            case CallResultKind.RateLimited:
                probe.LearnedNothing(lane.Class);
                pace.SlowDown(fault.Answer!.RetryAfter, TimeSpan.Zero);
                lane.BackOff.Fail(tools.Clock.Now, fault.Answer.RetryAfter);
                break;
            case CallResultKind.Unavailable:
                probe.LearnedNothing(lane.Class);
                lane.BackOff.Fail(tools.Clock.Now, fault.Answer!.RetryAfter);
                break;
            case null when fault.Code is ListFault.NotShownYet or ListFault.KeyUnreadable:
                probe.LearnedNothing(lane.Class);
                lane.BackOff.Fail(tools.Clock.Now);
                break;
            default:
                await probe.WorkedAsync(lane.Class, project.ApiKey);
                await _holds.HoldAsync(lane, Stop.ListNotFound, fault.Code, fault.Message);
                break;
        }
        await _holds.RecordErrorAsync(lane, $"The list could not be found or made: {fault.Code} {fault.Message}");
    }

    private async ValueTask KeepAsync(Lane lane, ResolvedList list)
    {
        try
        {
            await tools.Directory.UpdateAsync(
                lane.Connection,
                c => c.OwesList && c.ListName == list.Name ? c with { ListId = list.ListId, FoundListId = list.ListId, ListCreatedAt = list.CreatedAt } : c,
                CancellationToken.None);
        }
        catch (StorageUnavailableException e)
        {
            DeliveryLog.SettlingFailed(tools.Log, e.Message);
            lane.BackOff.Fail(tools.Clock.Now);
        }
    }
}
