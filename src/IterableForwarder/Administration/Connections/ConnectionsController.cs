using FluentValidation;
using IterableForwarder.Administration.Requests;
using IterableForwarder.Changes;
using IterableForwarder.Delivery;
using IterableForwarder.Delivery.Lists;
using IterableForwarder.Http;
using IterableForwarder.Http.Documentation;
using IterableForwarder.Journal.Settings;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace IterableForwarder.Administration.Connections;

/// <summary>Connections: each one audience that feeds one Iterable list.</summary>
[Route("api/v1/connections")]
[Tags("Connections")]
internal sealed class ConnectionsController(
    IProjectDirectory directory,
    ListChoice lists,
    ConnectionResponses responses,
    PendingControl pending,
    IValidator<ConnectionSettings> rules,
    TimeProvider time,
    ILogger<ConnectionsController> log) : AdministrationController
{
    private const string AudienceTaken = "Another connection of the project already has this audience.";

    /// <summary>Adds a connection</summary>
    /// <remarks>
    /// With <c>listName</c>, Iterable is asked for the list of exactly this name, and creates it if it is missing. With <c>check=true</c>
    /// Iterable is asked for the list of a <c>listId</c> too, and 422 says that it has none. Without it, the connection has the warning
    /// <c>listUnverified</c> until a call has worked.
    /// </remarks>
    /// <param name="request">The connection.</param>
    /// <param name="check">True to ask Iterable before anything is stored.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    [HttpPost(Name = "createConnection")]
    [ProducesResponseType<ConnectionResponse>(StatusCodes.Status201Created)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status409Conflict)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status422UnprocessableEntity)]
    [ProblemForm(typeof(IterableProblem), StatusCodes.Status422UnprocessableEntity, StatusCodes.Status502BadGateway)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status502BadGateway)]
    public async Task<ActionResult<ConnectionResponse>> Create(
        SettingsChange<ConnectionSettings, ConnectionResponse> request, bool check = false, CancellationToken cancellationToken = default)
    {
        var settings = request.ApplyTo(new());
        var errors = request.Check(settings, rules);
        directory.TryGet(settings.ProjectId, out var project);
        ConnectionChecks.CheckNew(settings, project, errors);
        if (project is null || errors.Count > 0) return Refused(errors);
        if (settings.AudienceId is { } audience && directory.TryGetByAudience(project.Id, settings.Source, audience, out _)) return Clash(AudienceTaken);
        var (list, error) = await lists.ChooseAsync(project, settings, null, check, cancellationToken);
        if (error is not null) return Refused(error, check);
        var connection = settings.ToConnection(list!, time);
        try
        {
            var stored = await directory.GetOrAddAsync(connection, cancellationToken);
            if (stored.Id != connection.Id) return Clash($"{AudienceTaken} It is {stored.Id}.");
        }
        catch (ProjectGoneException)
        {
            return NoProject();
        }
        Audit(connection, "added");
        return CreatedAt(connection.Id.ToString(), await responses.OfAsync(connection, cancellationToken));
    }

    /// <summary>Lists the connections, oldest first</summary>
    /// <remarks>Filters narrow each other down.</remarks>
    [HttpGet(Name = "listConnections")]
    [ProducesResponseType<Page<ConnectionResponse>>(StatusCodes.Status200OK)]
    public async Task<ActionResult<Page<ConnectionResponse>>> List([FromQuery] ConnectionQuery query, CancellationToken cancellationToken)
    {
        var (connections, next) = query.Cut(responses.Filter(ConnectionsIn(query.ProjectId), query), c => c.Id.Value);
        return new Page<ConnectionResponse> { Items = await responses.OfAsync([.. connections], cancellationToken), Next = next };
    }

    /// <summary>Shows a connection with its counters</summary>
    [HttpGet("{id}", Name = "getConnection")]
    [ProducesResponseType<ConnectionResponse>(StatusCodes.Status200OK)]
    public async Task<ActionResult<ConnectionResponse>> Get(string id, CancellationToken cancellationToken) =>
        Find(id) is { } connection ? await responses.OfAsync(connection, cancellationToken) : Unknown("connection");

    /// <summary>Replaces a connection's settings</summary>
    /// <remarks>
    /// Takes <c>name</c>, <c>listId</c> or <c>listName</c>, <c>userId</c>, <c>updateExistingUsersOnly</c>, <c>campaignId</c>,
    /// <c>channelUnsubscribe</c> and <c>attributes</c>: what is missing is refused, and nothing changes. Other settings stay where they are left
    /// out; project and source cannot be changed. From then on the settings no longer follow the source's messages. What was accepted before
    /// keeps the list and the rule it was accepted under. PATCH changes single settings.
    /// </remarks>
    [HttpPut("{id}", Name = "replaceConnection")]
    [ProducesResponseType<ConnectionResponse>(StatusCodes.Status200OK)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status409Conflict)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status502BadGateway)]
    public Task<ActionResult<ConnectionResponse>> Replace(string id, SettingsChange<ConnectionSettings, ConnectionResponse> request, CancellationToken cancellationToken) =>
        ChangeAsync(id, request, check: false, cancellationToken);

    /// <summary>Changes the settings of a connection that are named</summary>
    /// <remarks>
    /// A JSON merge patch (RFC 7396): what is not named stays, null takes a setting away or back to its default. <c>{"listId":6001}</c> gives the
    /// connection another list. What was accepted before keeps the list and the rule it was accepted under. From then on the settings no longer
    /// follow the source's messages. With <c>check=true</c> Iterable is asked for the list, and 422 changes nothing.
    /// </remarks>
    /// <param name="id">The connection.</param>
    /// <param name="request">The settings to change.</param>
    /// <param name="check">True to ask Iterable before anything is stored.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    [HttpPatch("{id}", Name = "patchConnection")]
    [BodyExample("""{"listId":6001,"attributes":{"firstName":"first_name","lastName":null}}""")]
    [ProducesResponseType<ConnectionResponse>(StatusCodes.Status200OK)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status409Conflict)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status422UnprocessableEntity)]
    [ProblemForm(typeof(IterableProblem), StatusCodes.Status422UnprocessableEntity, StatusCodes.Status502BadGateway)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status502BadGateway)]
    public Task<ActionResult<ConnectionResponse>> Patch(
        string id, SettingsChange<ConnectionSettings, ConnectionResponse> request, bool check = false, CancellationToken cancellationToken = default) =>
        ChangeAsync(id, request, check, cancellationToken);

    /// <summary>Deletes a connection with its history</summary>
    /// <remarks>
    /// Refused while changes are pending, unless <c>discard=true</c> discards them first. Members stay on the list in Iterable.
    /// </remarks>
    /// <param name="id">The connection.</param>
    /// <param name="discard">True to discard what is pending.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    [HttpDelete("{id}", Name = "deleteConnection")]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status409Conflict)]
    public async Task<ActionResult> Delete(string id, bool discard = false, CancellationToken cancellationToken = default)
    {
        if (Find(id) is not { } connection) return Unknown("connection");
        var isDeleted = await PendingControl.TryDeleteAsync(
            () => directory.TryDeleteAsync(connection.Id, cancellationToken),
            discard ? () => pending.DiscardAsync(connection, null, null, new(CallerName, "The connection is deleted")).WaitAsync(cancellationToken) : null);
        if (!isDeleted) return Clash(PendingControl.StillPending);
        Audit(connection, "deleted");
        return NoContent();
    }

    /// <summary>Pauses a connection</summary>
    /// <remarks>Changes are still accepted and kept; nothing is sent until it is resumed.</remarks>
    [HttpPost("{id}/pause", Name = "pauseConnection")]
    [ProducesResponseType<ConnectionResponse>(StatusCodes.Status200OK)]
    public Task<ActionResult<ConnectionResponse>> Pause(
        string id, [FromBody(EmptyBodyBehavior = EmptyBodyBehavior.Allow)] HoldRequest? request, CancellationToken cancellationToken)
    {
        var now = time.GetStoredNow();
        return UpdateAsync(id, "paused", c => c.With(c.Flow.Paused(request?.Reason, CallerName, now)), CallerName, cancellationToken);
    }

    /// <summary>Resumes a connection that is paused or held</summary>
    /// <remarks>
    /// Ends every hold of the connection and every wait that Iterable asked for, and tries at once. If the cause persists, the connection is held
    /// again.
    /// </remarks>
    [HttpPost("{id}/resume", Name = "resumeConnection")]
    [ProducesResponseType<ConnectionResponse>(StatusCodes.Status200OK)]
    public Task<ActionResult<ConnectionResponse>> Resume(
        string id, [FromBody(EmptyBodyBehavior = EmptyBodyBehavior.Allow)] HoldRequest? request, CancellationToken cancellationToken) => UpdateAsync(
            id, "resumed", c => c.With(c.Flow.Resumed()), new(CallerName, request?.Reason), cancellationToken, pending.Resume);

    /// <summary>Moves pending changes to another list</summary>
    /// <remarks>
    /// For changes that were accepted for a list which is gone, or was wrong. They keep their place in the order: a change that a newer one of
    /// the same member has overtaken on that list is superseded.
    /// </remarks>
    [HttpPost("{id}/pending/move", Name = "moveConnectionPending")]
    [ProducesResponseType<PendingMoveResponse>(StatusCodes.Status200OK)]
    public async Task<ActionResult<PendingMoveResponse>> MovePending(string id, PendingMoveRequest request, CancellationToken cancellationToken)
    {
        if (Find(id) is not { } connection) return Unknown("connection");
        if ((request.ToListId ?? connection.ListId) is not { } to) return ValidationError("toListId", "is required, because the connection has no list yet");
        if (to == request.FromListId) return ValidationError("fromListId", "must be another list than the one that the changes go to");
        var moved = await pending.MoveAsync(connection, request.FromListId!.Value, to, CallerName).WaitAsync(cancellationToken);
        Audit(connection, "moved");
        return new PendingMoveResponse(moved);
    }

    /// <summary>Discards pending changes</summary>
    /// <remarks>
    /// All of them, or those of one batch, or those for one list. They count as dropped, with the reason <c>discarded</c>, and can be replayed.
    /// </remarks>
    [HttpPost("{id}/pending/discard", Name = "discardConnectionPending")]
    [ProducesResponseType<PendingDiscardResponse>(StatusCodes.Status200OK)]
    public async Task<ActionResult<PendingDiscardResponse>> DiscardPending(string id, ConnectionDiscardRequest request, CancellationToken cancellationToken)
    {
        if (Find(id) is not { } connection) return Unknown("connection");
        var discarded = await pending.DiscardAsync(connection, request.Batch(), request.ListId, new(CallerName, request.Reason)).WaitAsync(cancellationToken);
        Audit(connection, "discarded");
        return new PendingDiscardResponse(discarded);
    }

    private async Task<ActionResult<ConnectionResponse>> ChangeAsync(
        string id, SettingsChange<ConnectionSettings, ConnectionResponse> change, bool check, CancellationToken cancellationToken)
    {
        if (Find(id) is not { } known || !directory.TryGet(known.ProjectId, out var project)) return Unknown("connection");
        var (settings, errors) = Read(change, known, project);
        if (errors.Count > 0) return Refused(errors);
        var (list, error) = await lists.ChooseAsync(project, settings, ConnectionMapping.ListOf(known), check, cancellationToken);
        if (error is not null) return Refused(error, check);
        try
        {
            // laid over the newest state, which may be another than when the request came
            var response = await UpdateAsync(id, "changed", Change, CallerName, cancellationToken);
            return errors.Count > 0 ? Refused(errors) : response;
        }
        catch (AudienceTakenException)
        {
            return Clash(AudienceTaken);
        }

        Connection Change(Connection connection)
        {
            (settings, errors) = Read(change, connection, project);
            if (errors.Count > 0) return connection;
            return change.IsEmpty() ? ConnectionMapping.Verify(connection, list!) : settings.ApplyTo(connection, list!);
        }
    }

    private (ConnectionSettings Settings, ValidationErrors Errors) Read(SettingsChange<ConnectionSettings, ConnectionResponse> change, Connection connection, Project project)
    {
        var settings = ConnectionMapping.Read(change, connection);
        var errors = change.Check(settings, rules);
        ConnectionChecks.CheckChange(settings, connection, project, errors);
        return (settings, errors);
    }

    private async Task<ActionResult<ConnectionResponse>> UpdateAsync(
        string id, string action, Func<Connection, Connection> change, Author by, CancellationToken cancellationToken, Action<Connection>? then = null)
    {
        if (Find(id) is not { } known) return Unknown("connection");
        if (await directory.UpdateAsync(known.Id, change, by, cancellationToken) is not { } connection) return Unknown("connection");
        then?.Invoke(connection);
        Audit(connection, action);
        return await responses.OfAsync(connection, cancellationToken);
    }

    private IEnumerable<Connection> ConnectionsIn(string? projectId)
    {
        if (projectId is null) return directory.Projects.SelectMany(p => directory.ConnectionsOf(p.Id));
        return ProjectId.TryParse(projectId, out var id) ? directory.ConnectionsOf(id) : [];
    }

    private Connection? Find(string id) => FeedId.TryParse(id, out var parsed) && directory.TryGet(parsed, out var connection) ? connection : null;

    private static ObjectResult NoProject() => ValidationError("projectId", "is not a known project");

    private ObjectResult Refused(ListError error, bool check)
    {
        if (check && ListChoice.IsRefusal(error)) return NotVerified(error, true, "Iterable does not have the list.");
        return error.Kind is null && error.Code is not (ListError.NotShownYet or KeyCheck.Timeout) ? Clash(error.Message) : Problem(
            statusCode: StatusCodes.Status502BadGateway,
            title: "Iterable did not find or create the list.",
            detail: $"{error.Code}: {error.Message.TrimEnd('.')}. Nothing was stored.");
    }

    private void Audit(Connection connection, string action) =>
        AdministrationLog.ConnectionChanged(log, connection.Id.ToString(), connection.ProjectId.ToString(), action, CallerName);
}
