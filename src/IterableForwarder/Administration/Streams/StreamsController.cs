using IterableForwarder.Administration.Connections;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Telemetry;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace IterableForwarder.Administration.Streams;

/// <summary>Streams: events and users that go to Iterable as they happen.</summary>
[Route("api/v1/streams")]
[Tags("Streams")]
internal sealed class StreamsController(
    IProjectDirectory directory, IStreamDirectory streams, StreamAnswers answers, TimeProvider time, ILogger<StreamsController> log)
    : AdministrationController
{
    /// <summary>Adds a stream</summary>
    /// <remarks>Amplitude then sends its events to /ingest/amplitude/{id}/events, and its users to /ingest/amplitude/{id}/users.</remarks>
    [HttpPost]
    [ProducesResponseType<StreamAnswer>(StatusCodes.Status201Created)]
    public async Task<ActionResult<StreamAnswer>> Create(NewStream request, CancellationToken cancellationToken)
    {
        if (!ProjectId.TryParse(request.ProjectId, out var projectId) || !directory.TryGet(projectId, out var project)) return NoProject();
        var stream = request.ToStream(project, time);
        try
        {
            await streams.AddAsync(stream, cancellationToken);
        }
        catch (ProjectGoneException)
        {
            return NoProject();
        }
        Audit(stream, "added");
        return CreatedAtAction(nameof(Get), new { id = stream.Id.ToString() }, await answers.OfAsync(stream, cancellationToken));
    }

    /// <summary>Lists the streams, oldest first</summary>
    [HttpGet]
    [ProducesResponseType<Page<StreamAnswer>>(StatusCodes.Status200OK)]
    public async Task<ActionResult<Page<StreamAnswer>>> List([FromQuery] StreamQuery query, CancellationToken cancellationToken)
    {
        var wanted = streams.Streams.Where(s => query.ProjectId is null || s.ProjectId.ToString() == query.ProjectId);
        var (items, next) = wanted.Cut(query, s => s.Id.Value);
        return new Page<StreamAnswer> { Items = await answers.OfAsync([.. items], cancellationToken), Next = next };
    }

    /// <summary>Shows a stream with its counters</summary>
    [HttpGet("{id}")]
    [ProducesResponseType<StreamAnswer>(StatusCodes.Status200OK)]
    public async Task<ActionResult<StreamAnswer>> Get(string id, CancellationToken cancellationToken) =>
        Find(id) is { } stream ? await answers.OfAsync(stream, cancellationToken) : Unknown("stream");

    /// <summary>Replaces a stream's settings</summary>
    /// <remarks>What is left out takes its default again; the project stays. What was accepted before goes as it was accepted.</remarks>
    [HttpPut("{id}")]
    [ProducesResponseType<StreamAnswer>(StatusCodes.Status200OK)]
    public async Task<ActionResult<StreamAnswer>> Replace(string id, StreamReplacement request, CancellationToken cancellationToken)
    {
        if (Find(id) is not { } known) return Unknown("stream");
        if (request.ProjectId is not null && request.ProjectId != known.ProjectId.ToString()) return Fault("projectId", "cannot be changed; make another stream");
        if (await streams.UpdateAsync(known.Id, request.ApplyTo, cancellationToken) is not { } stream) return Unknown("stream");
        Audit(stream, "changed");
        return await answers.OfAsync(stream, cancellationToken);
    }

    /// <summary>Deletes a stream with its history</summary>
    /// <remarks>Refused while changes are pending. What Iterable has stays there.</remarks>
    [HttpDelete("{id}")]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status409Conflict)]
    public async Task<ActionResult> Delete(string id, CancellationToken cancellationToken)
    {
        if (Find(id) is not { } stream) return Unknown("stream");
        if (!await streams.TryDeleteAsync(stream.Id, cancellationToken)) return Clash("Changes are still pending. Wait until they are delivered.");
        Audit(stream, "deleted");
        return NoContent();
    }

    /// <summary>Pauses a stream</summary>
    /// <remarks>Events and users are still accepted and kept; nothing is sent until it is resumed.</remarks>
    [HttpPost("{id}/pause")]
    [ProducesResponseType<StreamAnswer>(StatusCodes.Status200OK)]
    public Task<ActionResult<StreamAnswer>> Pause(
        string id, [FromBody(EmptyBodyBehavior = EmptyBodyBehavior.Allow)] StopRequest? request, CancellationToken cancellationToken)
    {
        var now = time.GetStoredNow();
        return UpdateSidesAsync(
            id, "paused", side => side with { Pause = new Stop(Stop.Operator, request?.Reason, CallerName, side.Pause?.Since ?? now) }, cancellationToken);
    }

    /// <summary>Resumes a stream that is paused or held</summary>
    /// <remarks>If what held it still stands, it will be held again.</remarks>
    [HttpPost("{id}/resume")]
    [ProducesResponseType<StreamAnswer>(StatusCodes.Status200OK)]
    public Task<ActionResult<StreamAnswer>> Resume(
        string id, [FromBody(EmptyBodyBehavior = EmptyBodyBehavior.Allow)] StopRequest? request, CancellationToken cancellationToken) =>
        UpdateSidesAsync(id, "resumed", side => side is { Pause: null, Hold: null } ? side : side with { Pause = null, Hold = null }, cancellationToken);

    private async Task<ActionResult<StreamAnswer>> UpdateSidesAsync(
        string id, string action, Func<Connection, Connection> change, CancellationToken cancellationToken)
    {
        if (Find(id) is not { } stream) return Unknown("stream");
        foreach (var side in new[] { stream.Id, stream.UsersId })
        {
            if (await directory.UpdateAsync(side, change, CallerName, cancellationToken) is null) return Unknown("stream");
        }
        Audit(stream, action);
        return await answers.OfAsync(stream, cancellationToken);
    }

    private EventStream? Find(string id) => ConnectionId.TryParse(id, out var parsed) && streams.TryGet(parsed, out var stream) ? stream : null;

    private static ObjectResult NoProject() => Fault("projectId", "is no known project");

    private void Audit(EventStream stream, string action) =>
        AdministrationLog.StreamChanged(log, stream.Id.ToString(), stream.ProjectId.ToString(), action, CallerName);
}
