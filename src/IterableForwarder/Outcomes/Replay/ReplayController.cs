using IterableForwarder.Administration;
using IterableForwarder.Administration.Documentation;
using IterableForwarder.Changes;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Telemetry;
using Microsoft.AspNetCore.Mvc;

namespace IterableForwarder.Outcomes.Replay;

/// <summary>Sends again what was not delivered.</summary>
[Route("api/v1/connections/{id}/replay")]
[Tags("Connections")]
internal sealed class ReplayController(
    IProjectDirectory directory, IUndeliveredReader undelivered, IEntryJournal journal, TimeProvider time, ILogger<ReplayController> log)
    : AdministrationController
{
    private const string Example =
        """
        {"from":"2026-01-15T00:00:00Z","to":"2026-01-16T00:00:00Z","outcomes":["rejected","dropped"],"reasons":[],"dryRun":true}
        """;

    /// <summary>Sends again what was dropped or rejected</summary>
    /// <remarks>
    /// Each batch that has any becomes a new one, with <c>replayOf</c>, mapped by the settings of today. A change keeps its place: one that
    /// a newer change of the same member is kept for is superseded. With <c>dryRun</c> they are counted only. All or nothing is accepted.
    /// </remarks>
    [HttpPost]
    [ProducesResponseType<ReplayAnswer>(StatusCodes.Status200OK)]
    [BodyExample(Example)]
    [BodyExample("""{"batches":3,"members":27,"replayed":false,"batchIds":[]}""", StatusCodes.Status200OK)]
    public async Task<ActionResult<ReplayAnswer>> Replay(string id, ReplayRequest request, CancellationToken cancellationToken)
    {
        if (!ConnectionId.TryParse(id, out var connectionId)
            || !directory.TryGet(connectionId, out var connection)
            || !directory.TryGet(connection.ProjectId, out var project)) return Unknown("connection");
        var found = undelivered.Read(request.FilterFor(connectionId));
        if (request.DryRun is true) return Count(found, cancellationToken);

        await using var draft = new ReplayDraft(journal, project, connection, time);
        foreach (var entry in found)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await draft.AddAsync(entry);
        }
        try
        {
            await draft.AcceptAsync();
        }
        catch (ConnectionGoneException)
        {
            return Unknown("connection");
        }
        var members = draft.Batches.Sum(b => b.Received);
        AdministrationLog.Replayed(log, connection.Id.ToString(), connection.ProjectId.ToString(), members, draft.Batches.Count, CallerName);
        return new ReplayAnswer { Batches = draft.Batches.Count, Members = members, Replayed = true, BatchIds = [.. draft.Batches.Select(b => b.Id.ToString())] };
    }

    private static ReplayAnswer Count(IEnumerable<UndeliveredEntry> found, CancellationToken cancellationToken)
    {
        var (batches, members) = (0, 0L);
        BatchId? last = null;
        foreach (var entry in found)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (entry.BatchId != last) batches++;
            last = entry.BatchId;
            members += entry.Changes.Count;
        }
        return new() { Batches = batches, Members = members, Replayed = false, BatchIds = [] };
    }
}
