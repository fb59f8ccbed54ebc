using IterableForwarder.Administration;
using IterableForwarder.Changes;
using IterableForwarder.Http.Documentation;
using IterableForwarder.Ingress;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Settings;
using Microsoft.AspNetCore.Mvc;

namespace IterableForwarder.Outcomes.Replay;

/// <summary>Replays undelivered changes.</summary>
internal sealed class ReplayController(
    IProjectDirectory directory, IStreamDirectory streams, IOutcomeReader outcomes, IEntryJournal journal, NewAudiences audiences, TimeProvider time, ILogger<ReplayController> log)
    : AdministrationController
{
    private const string Example =
        """
        {"from":"2026-01-15T00:00:00Z","to":"2026-01-16T00:00:00Z","outcomes":["rejected","dropped"],"reasons":[],"dryRun":false}
        """;

    private const string ResponseExample =
        """{"batches":1,"members":27,"replayed":true,"batchIds":["0199c0e2a1b27c3d9e8f7a6b5c4d3e2f"],"withoutRoom":4}""";

    /// <summary>Replays dropped or rejected changes</summary>
    /// <remarks>
    /// Each batch that has any becomes a new one, with <c>replayOf</c>, mapped by the settings of today. A change keeps its place: one that
    /// a newer change of the same member is kept for is superseded. With <c>dryRun</c> they are counted only. All or nothing is accepted.
    /// Changes dropped as <c>tooManyAudiences</c> go to the connections of their audiences, which are created as far as there is room.
    /// </remarks>
    [HttpPost("api/v1/connections/{id}/replay", Name = "replayConnection")]
    [Tags("Connections")]
    [ProducesResponseType<ReplayResponse>(StatusCodes.Status200OK)]
    [BodyExample(Example)]
    [BodyExample(ResponseExample, StatusCodes.Status200OK)]
    public async Task<ActionResult<ReplayResponse>> Replay(string id, ReplayRequest request, CancellationToken cancellationToken)
    {
        if (!FeedId.TryParse(id, out var connectionId)
            || !directory.TryGet(connectionId, out var connection)) return Unknown("connection");
        return await ReplayAsync(connection, request, cancellationToken) is { } response ? response : Unknown("connection");
    }

    /// <summary>Replays the dropped or rejected changes of a stream</summary>
    /// <remarks>
    /// Its events first, then its users, each accepted by itself. An event is sent as it was accepted; of a user, the fields that are
    /// selected today, and what a newer change of the same user is kept for is superseded. With <c>dryRun</c> they are counted only.
    /// </remarks>
    [HttpPost("api/v1/streams/{id}/replay", Name = "replayStream")]
    [Tags("Streams")]
    [ProducesResponseType<ReplayResponse>(StatusCodes.Status200OK)]
    [BodyExample(Example)]
    [BodyExample(ResponseExample, StatusCodes.Status200OK)]
    public async Task<ActionResult<ReplayResponse>> ReplayStream(string id, ReplayRequest request, CancellationToken cancellationToken)
    {
        if (!FeedId.TryParse(id, out var streamId)
            || !streams.TryGet(streamId, out var stream)
            || streams.FeedsOf(stream) is not [var events, var users]
            || await ReplayAsync(events, request, cancellationToken) is not { } ofEvents
            || await ReplayAsync(users, request, cancellationToken) is not { } ofUsers) return Unknown("stream");
        return new ReplayResponse
        {
            Batches = ofEvents.Batches + ofUsers.Batches,
            Members = ofEvents.Members + ofUsers.Members,
            Replayed = ofEvents.Replayed,
            BatchIds = [.. ofEvents.BatchIds, .. ofUsers.BatchIds],
        };
    }

    /// <summary>Null when the feed is gone.</summary>
    private async Task<ReplayResponse?> ReplayAsync(IFeed feed, ReplayRequest request, CancellationToken cancellationToken)
    {
        if (!directory.TryGet(feed.ProjectId, out var project)) return null;
        var found = outcomes.WalkUndeliveredAsync(request.FilterFor(feed.Id), cancellationToken);
        if (request.DryRun is true) return await CountAsync(found);

        var targets = new ReplayTargets(feed, audiences, time);
        await using var draft = new ReplayDraft(journal, project, targets, time);
        try
        {
            await foreach (var entry in found)
            {
                await targets.PrepareAsync(entry, cancellationToken);
                await draft.AddAsync(entry);
            }
            await draft.AcceptAsync();
        }
        catch (Exception e) when (e is FeedGoneException or ProjectGoneException)
        {
            return null;
        }
        var response = ReplayResponse.Of(draft);
        OutcomesLog.Replayed(log, feed.Id.ToString(), feed.ProjectId.ToString(), response.Members, response.Batches, CallerName);
        return response;
    }

    private static async Task<ReplayResponse> CountAsync(IAsyncEnumerable<UndeliveredEntry> found)
    {
        var (batches, members) = (0, 0L);
        BatchId? last = null;
        await foreach (var entry in found)
        {
            if (entry.BatchId != last) batches++;
            last = entry.BatchId;
            members += entry.Changes.Count;
        }
        return new() { Batches = batches, Members = members, Replayed = false, BatchIds = [] };
    }
}
