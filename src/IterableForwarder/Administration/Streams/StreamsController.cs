using FluentValidation;
using IterableForwarder.Administration.Connections;
using IterableForwarder.Administration.Documentation;
using IterableForwarder.Administration.Requests;
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
    IProjectDirectory directory,
    IStreamDirectory streams,
    StreamAnswers answers,
    IValidator<StreamReplacement> rules,
    TimeProvider time,
    ILogger<StreamsController> log) : AdministrationController
{
    /// <summary>Adds a stream</summary>
    /// <remarks>Amplitude then sends its events to /ingest/amplitude/{id}/events, and its users to /ingest/amplitude/{id}/users.</remarks>
    [HttpPost(Name = "createStream")]
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
    /// <remarks>Filters narrow each other down.</remarks>
    [HttpGet(Name = "listStreams")]
    [ProducesResponseType<Page<StreamAnswer>>(StatusCodes.Status200OK)]
    public async Task<ActionResult<Page<StreamAnswer>>> List([FromQuery] StreamQuery query, CancellationToken cancellationToken)
    {
        var (items, next) = answers.Filter(streams.Streams, query).Cut(query, s => s.Id.Value);
        return new Page<StreamAnswer> { Items = await answers.OfAsync([.. items], cancellationToken), Next = next };
    }

    /// <summary>Shows a stream with its counters</summary>
    [HttpGet("{id}", Name = "getStream")]
    [ProducesResponseType<StreamAnswer>(StatusCodes.Status200OK)]
    public async Task<ActionResult<StreamAnswer>> Get(string id, CancellationToken cancellationToken) =>
        Find(id) is { } stream ? await answers.OfAsync(stream, cancellationToken) : Unknown("stream");

    /// <summary>Replaces a stream's settings</summary>
    /// <remarks>
    /// Takes <c>name</c>, <c>identifier</c>, <c>mappings</c>, <c>events</c> and <c>users</c>: what is missing is refused, and nothing changes. What
    /// is left out within <c>identifier</c>, <c>events</c> and <c>users</c> stays; the project cannot be changed. What was accepted before goes as
    /// it was accepted. PATCH changes single settings.
    /// </remarks>
    [HttpPut("{id}", Name = "replaceStream")]
    [ProducesResponseType<StreamAnswer>(StatusCodes.Status200OK)]
    public Task<ActionResult<StreamAnswer>> Replace(string id, SettingsChange<StreamReplacement> request, CancellationToken cancellationToken) =>
        ChangeAsync(id, request, cancellationToken);

    /// <summary>Changes the settings of a stream that are named</summary>
    /// <remarks>
    /// A JSON merge patch (RFC 7396): what is not named stays, null takes a setting away or back to its default, and a list is replaced whole.
    /// What was accepted before goes as it was accepted.
    /// </remarks>
    [HttpPatch("{id}", Name = "patchStream")]
    [BodyExample("""{"events":{"enabled":true,"properties":["event_properties.plan"]},"mappings":{"campaignId":null}}""")]
    [ProducesResponseType<StreamAnswer>(StatusCodes.Status200OK)]
    public Task<ActionResult<StreamAnswer>> Patch(string id, SettingsChange<StreamReplacement> request, CancellationToken cancellationToken) =>
        ChangeAsync(id, request, cancellationToken);

    /// <summary>Deletes a stream with its history</summary>
    /// <remarks>Refused while changes are pending. What Iterable has stays there.</remarks>
    [HttpDelete("{id}", Name = "deleteStream")]
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
    [HttpPost("{id}/pause", Name = "pauseStream")]
    [ProducesResponseType<StreamAnswer>(StatusCodes.Status200OK)]
    public Task<ActionResult<StreamAnswer>> Pause(
        string id, [FromBody(EmptyBodyBehavior = EmptyBodyBehavior.Allow)] StopRequest? request, CancellationToken cancellationToken)
    {
        var now = time.GetStoredNow();
        return UpdateSidesAsync(
            id, "paused", side => side with { Pause = new Stop(Stop.Paused, request?.Reason, CallerName, side.Pause?.Since ?? now) }, CallerName, cancellationToken);
    }

    /// <summary>Resumes a stream that is paused or held</summary>
    /// <remarks>If what held it still stands, it will be held again.</remarks>
    [HttpPost("{id}/resume", Name = "resumeStream")]
    [ProducesResponseType<StreamAnswer>(StatusCodes.Status200OK)]
    public Task<ActionResult<StreamAnswer>> Resume(
        string id, [FromBody(EmptyBodyBehavior = EmptyBodyBehavior.Allow)] StopRequest? request, CancellationToken cancellationToken) => UpdateSidesAsync(
            id,
            "resumed",
            side => side is { Pause: null, Hold: null } ? side : side with { Pause = null, Hold = null },
            new(CallerName, request?.Reason),
            cancellationToken);

    private async Task<ActionResult<StreamAnswer>> ChangeAsync(string id, SettingsChange<StreamReplacement> change, CancellationToken cancellationToken)
    {
        if (Find(id) is not { } known) return Unknown("stream");
        var faults = new Faults();
        if (await streams.UpdateAsync(known.Id, Change, cancellationToken) is not { } stream) return Unknown("stream");
        if (faults.Count > 0) return Refused(faults);
        Audit(stream, "changed");
        return await answers.OfAsync(stream, cancellationToken);

        EventStream Change(EventStream current)
        {
            var request = change.ApplyTo(StreamReplacement.Of(current));
            faults = change.Check(request, rules);
            if (request.ProjectId is not null && request.ProjectId != current.ProjectId.ToString()) faults.Add("projectId", "cannot be changed; make another stream");
            return faults.Count > 0 || change.IsEmpty() ? current : request.ApplyTo(current);
        }
    }

    private async Task<ActionResult<StreamAnswer>> UpdateSidesAsync(
        string id, string action, Func<Connection, Connection> change, Author by, CancellationToken cancellationToken)
    {
        if (Find(id) is not { } stream) return Unknown("stream");
        foreach (var side in new[] { stream.Id, stream.UsersId })
        {
            if (await directory.UpdateAsync(side, change, by, cancellationToken) is null) return Unknown("stream");
        }
        Audit(stream, action);
        return await answers.OfAsync(stream, cancellationToken);
    }

    private EventStream? Find(string id) => ConnectionId.TryParse(id, out var parsed) && streams.TryGet(parsed, out var stream) ? stream : null;

    private static ObjectResult NoProject() => Fault("projectId", "is not a known project");

    private void Audit(EventStream stream, string action) =>
        AdministrationLog.StreamChanged(log, stream.Id.ToString(), stream.ProjectId.ToString(), action, CallerName);
}
