using FluentValidation;
using IterableForwarder.Administration.Connections;
using IterableForwarder.Administration.Requests;
using IterableForwarder.Changes;
using IterableForwarder.Delivery;
using IterableForwarder.Http;
using IterableForwarder.Http.Documentation;
using IterableForwarder.Journal.Settings;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace IterableForwarder.Administration.Streams;

/// <summary>Streams: events and users that go to Iterable as they happen.</summary>
[Route("api/v1/streams")]
[Tags("Streams")]
internal sealed class StreamsController(
    IProjectDirectory directory,
    IStreamDirectory streams,
    StreamResponses responses,
    PendingControl pending,
    IValidator<StreamSettings> rules,
    TimeProvider time,
    ILogger<StreamsController> log) : AdministrationController
{
    /// <summary>Adds a stream</summary>
    /// <remarks>Amplitude then sends its events to /ingest/amplitude/{id}/events, and its users to /ingest/amplitude/{id}/users.</remarks>
    [HttpPost(Name = "createStream")]
    [ProducesResponseType<StreamResponse>(StatusCodes.Status201Created)]
    public async Task<ActionResult<StreamResponse>> Create(SettingsChange<StreamSettings, StreamResponse> request, CancellationToken cancellationToken)
    {
        var (settings, errors) = Read(request, new());
        if (!directory.TryGet(settings.ProjectId, out _)) errors.Add("projectId", settings.ProjectId == default ? "is required, and must be the id of a project" : "is not a known project");
        if (errors.Count > 0) return Refused(errors);
        var stream = new EventStream(settings) { Id = FeedId.New(time), UsersId = FeedId.New(time), CreatedAt = time.GetStoredNow() };
        try
        {
            await streams.AddAsync(stream, cancellationToken);
        }
        catch (ProjectGoneException)
        {
            return NoProject();
        }
        Audit(stream, "added");
        return CreatedAt(stream.Id.ToString(), await responses.OfAsync(stream, cancellationToken));
    }

    /// <summary>Lists the streams, oldest first</summary>
    /// <remarks>Filters narrow each other down.</remarks>
    [HttpGet(Name = "listStreams")]
    [ProducesResponseType<Page<StreamResponse>>(StatusCodes.Status200OK)]
    public async Task<ActionResult<Page<StreamResponse>>> List([FromQuery] StreamQuery query, CancellationToken cancellationToken)
    {
        var (items, next) = query.Cut(responses.Filter(streams.Streams, query), s => s.Id.Value);
        return new Page<StreamResponse> { Items = await responses.OfAsync([.. items], cancellationToken), Next = next };
    }

    /// <summary>Shows a stream with its counters</summary>
    [HttpGet("{id}", Name = "getStream")]
    [ProducesResponseType<StreamResponse>(StatusCodes.Status200OK)]
    public async Task<ActionResult<StreamResponse>> Get(string id, CancellationToken cancellationToken) =>
        Find(id) is { } stream ? await responses.OfAsync(stream, cancellationToken) : Unknown("stream");

    /// <summary>Replaces a stream's settings</summary>
    /// <remarks>
    /// Takes <c>name</c>, <c>identifier</c>, <c>mappings</c>, <c>events</c> and <c>users</c>: what is missing is refused, and nothing changes. What
    /// is left out within <c>identifier</c>, <c>events</c> and <c>users</c> stays; the project cannot be changed. What was accepted before goes as
    /// it was accepted. PATCH changes single settings.
    /// </remarks>
    [HttpPut("{id}", Name = "replaceStream")]
    [ProducesResponseType<StreamResponse>(StatusCodes.Status200OK)]
    public Task<ActionResult<StreamResponse>> Replace(string id, SettingsChange<StreamSettings, StreamResponse> request, CancellationToken cancellationToken) =>
        ChangeAsync(id, request, cancellationToken);

    /// <summary>Changes the settings of a stream that are named</summary>
    /// <remarks>
    /// A JSON merge patch (RFC 7396): what is not named stays, null takes a setting away or back to its default, and a list is replaced whole.
    /// What was accepted before goes as it was accepted.
    /// </remarks>
    [HttpPatch("{id}", Name = "patchStream")]
    [BodyExample("""{"events":{"enabled":true,"properties":["event_properties.plan"]},"mappings":{"campaignId":null}}""")]
    [ProducesResponseType<StreamResponse>(StatusCodes.Status200OK)]
    public Task<ActionResult<StreamResponse>> Patch(string id, SettingsChange<StreamSettings, StreamResponse> request, CancellationToken cancellationToken) =>
        ChangeAsync(id, request, cancellationToken);

    /// <summary>Deletes a stream with its history</summary>
    /// <remarks>Refused while changes are pending, unless <c>discard=true</c> discards them first. What Iterable has stays there.</remarks>
    /// <param name="id">The stream.</param>
    /// <param name="discard">True to discard what is pending.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    [HttpDelete("{id}", Name = "deleteStream")]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status409Conflict)]
    public async Task<ActionResult> Delete(string id, bool discard = false, CancellationToken cancellationToken = default)
    {
        if (Find(id) is not { } stream) return Unknown("stream");
        var isDeleted = await PendingControl.TryDeleteAsync(
            () => streams.TryDeleteAsync(stream.Id, cancellationToken),
            discard ? () => DiscardAsync(stream, null, "The stream is deleted", cancellationToken) : null);
        if (!isDeleted) return Clash(PendingControl.StillPending);
        Audit(stream, "deleted");
        return NoContent();
    }

    /// <summary>Pauses a stream</summary>
    /// <remarks>Events and users are still accepted and kept; nothing is sent until it is resumed.</remarks>
    [HttpPost("{id}/pause", Name = "pauseStream")]
    [ProducesResponseType<StreamResponse>(StatusCodes.Status200OK)]
    public Task<ActionResult<StreamResponse>> Pause(
        string id, [FromBody(EmptyBodyBehavior = EmptyBodyBehavior.Allow)] HoldRequest? request, CancellationToken cancellationToken)
    {
        var now = time.GetStoredNow();
        return UpdateFlowAsync(id, "paused", flow => flow.Paused(request?.Reason, CallerName, now), CallerName, cancellationToken);
    }

    /// <summary>Resumes a stream that is paused or held</summary>
    /// <remarks>
    /// Ends every hold of the stream and every wait that Iterable asked for, and tries at once. If the cause persists, the stream is held again.
    /// </remarks>
    [HttpPost("{id}/resume", Name = "resumeStream")]
    [ProducesResponseType<StreamResponse>(StatusCodes.Status200OK)]
    public Task<ActionResult<StreamResponse>> Resume(
        string id, [FromBody(EmptyBodyBehavior = EmptyBodyBehavior.Allow)] HoldRequest? request, CancellationToken cancellationToken) =>
        UpdateFlowAsync(id, "resumed", flow => flow.Resumed(), new(CallerName, request?.Reason), cancellationToken, pending.Resume);

    /// <summary>Discards pending events and users</summary>
    /// <remarks>All of them, or those of one batch. They count as dropped, with the reason <c>discarded</c>.</remarks>
    [HttpPost("{id}/pending/discard", Name = "discardStreamPending")]
    [ProducesResponseType<PendingDiscardResponse>(StatusCodes.Status200OK)]
    public async Task<ActionResult<PendingDiscardResponse>> DiscardPending(string id, PendingDiscardRequest request, CancellationToken cancellationToken)
    {
        if (Find(id) is not { } stream) return Unknown("stream");
        var discarded = await DiscardAsync(stream, request.Batch(), request.Reason, cancellationToken);
        Audit(stream, "discarded");
        return new PendingDiscardResponse(discarded);
    }

    private async Task<long> DiscardAsync(EventStream stream, BatchId? batch, string? reason, CancellationToken cancellationToken)
    {
        var discarded = 0L;
        foreach (var feed in streams.FeedsOf(stream))
            discarded += await pending.DiscardAsync(feed, batch, null, new(CallerName, reason)).WaitAsync(cancellationToken);
        return discarded;
    }

    private async Task<ActionResult<StreamResponse>> ChangeAsync(string id, SettingsChange<StreamSettings, StreamResponse> change, CancellationToken cancellationToken)
    {
        if (Find(id) is not { } known) return Unknown("stream");
        var errors = new ValidationErrors();
        if (await streams.UpdateAsync(known.Id, Change, cancellationToken) is not { } stream) return Unknown("stream");
        if (errors.Count > 0) return Refused(errors);
        Audit(stream, "changed");
        return await responses.OfAsync(stream, cancellationToken);

        EventStream Change(EventStream current)
        {
            (var settings, errors) = Read(change, current);
            if (change.IsNull("projectId")) settings = settings with { ProjectId = current.ProjectId };
            if (settings.ProjectId != current.ProjectId) errors.Add("projectId", "cannot be changed; create another stream");
            return errors.Count > 0 || change.IsEmpty() ? current : (current with { }).WithSettings(settings);
        }
    }

    private (StreamSettings Settings, ValidationErrors Errors) Read(SettingsChange<StreamSettings, StreamResponse> change, StreamSettings current)
    {
        var settings = change.ApplyTo(current);
        var errors = change.Check(settings, rules);
        new StreamCheck(errors).Check(settings);
        return (settings, errors);
    }

    private async Task<ActionResult<StreamResponse>> UpdateFlowAsync(
        string id, string action, Func<FeedFlow, FeedFlow> change, Author by, CancellationToken cancellationToken, Action<IFeed>? then = null)
    {
        if (Find(id) is not { } stream) return Unknown("stream");
        foreach (var feedId in stream.FeedIds)
        {
            if (await directory.UpdateFlowAsync(feedId, change, by, cancellationToken) is not { } feed) return Unknown("stream");
            then?.Invoke(feed);
        }
        Audit(stream, action);
        return await responses.OfAsync(stream, cancellationToken);
    }

    private EventStream? Find(string id) => FeedId.TryParse(id, out var parsed) && streams.TryGet(parsed, out var stream) ? stream : null;

    private static ObjectResult NoProject() => ValidationError("projectId", "is not a known project");

    private void Audit(EventStream stream, string action) =>
        AdministrationLog.StreamChanged(log, stream.Id.ToString(), stream.ProjectId.ToString(), action, CallerName);
}
