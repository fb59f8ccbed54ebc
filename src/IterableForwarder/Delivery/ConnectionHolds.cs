using Iterable.Client.Results;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Telemetry;

namespace IterableForwarder.Delivery;

/// <summary>Holds and resumes connections, and keeps what last went wrong on them for the operator to see.</summary>
internal sealed class ConnectionHolds(DeliveryTools tools)
{
    public bool IsHeld(Lane lane) => tools.Directory.TryGet(lane.Connection, out var connection) && connection.Hold is not null;

    /// <summary>Whether it is held for just what Iterable says here. Anything else is about the members: whatever held it is over.</summary>
    public bool IsHeldFor(Lane lane, CallResult refused) =>
        tools.Directory.TryGet(lane.Connection, out var connection) && connection.Hold is { Reason: Stop.RequestRefused } hold && hold.Detail == DetailOf(refused);

    public ValueTask HoldAsync(Lane lane, string reason, CallResult result) => HoldAsync(lane, reason, result.Code, DetailOf(result));

    /// <param name="lane">The connection.</param>
    /// <param name="reason">A word of the contract.</param>
    /// <param name="code">For the log.</param>
    /// <param name="detail">For the operator; it may name a person.</param>
    public async ValueTask HoldAsync(Lane lane, string reason, string? code, string? detail)
    {
        lane.NextProbe = tools.Clock.Now + tools.Options.ProbeEvery;
        if (IsHeld(lane)) return;
        DeliveryLog.ConnectionHeld(tools.Log, lane.Connection.ToString(), reason, code);
        var isWritten = await TryUpdateAsync(lane, c => c with { Hold = c.Hold ?? new Stop(reason, detail, Stop.Service, tools.Time.GetUtcNow()) });
        // a hold that the store cannot take must not let every call through to be refused
        if (!isWritten) lane.BackOff.Fail(tools.Clock.Now);
    }

    public async ValueTask ResumeAsync(Lane lane)
    {
        if (!IsHeld(lane)) return;
        DeliveryLog.ConnectionResumed(tools.Log, lane.Connection.ToString());
        await TryUpdateAsync(lane, c => c with { Hold = null });
    }

    /// <summary>Iterable has taken a call for the list: it is there.</summary>
    public async ValueTask ListWorkedAsync(Lane lane, long listId)
    {
        if (!tools.Directory.TryGet(lane.Connection, out var connection) || !connection.ListUnverified || connection.ListId != listId) return;
        await TryUpdateAsync(lane, c => c.ListId == listId ? c with { ListUnverified = false } : c);
    }

    public async ValueTask RecordErrorAsync(Lane lane, CallResult result)
    {
        if (result.Kind == CallResultKind.Processed)
        {
            // with the first delivered member it goes from the status; should it come again, it is news
            lane.LastError = null;
            return;
        }
        await RecordErrorAsync(lane, $"{result.Kind}: HTTP {result.StatusCode?.ToString() ?? "none"} {result.Code} {result.Message}".Trim());
    }

    /// <summary>Keeps it for the status, where it is news.</summary>
    public async ValueTask RecordErrorAsync(Lane lane, string error)
    {
        if (error == lane.LastError || !tools.Directory.TryGet(lane.Connection, out var connection)) return;
        try
        {
            await tools.Journal.RecordErrorAsync(connection.ProjectId, lane.Connection, error);
            lane.LastError = error;
        }
        catch (StorageUnavailableException e)
        {
            DeliveryLog.SettlingFailed(tools.Log, e.Message);
        }
    }

    private static string? DetailOf(CallResult result) => result.Message ?? result.Code;

    private async ValueTask<bool> TryUpdateAsync(Lane lane, Func<Connection, Connection> change)
    {
        try
        {
            await tools.Directory.UpdateAsync(lane.Connection, change, CancellationToken.None);
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
