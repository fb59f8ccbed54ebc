using IterableForwarder.Changes;
using IterableForwarder.Delivery;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Telemetry;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace IterableForwarder.Administration.Connections;

/// <summary>Connections: each one audience that feeds one Iterable list.</summary>
[Route("api/v1/connections")]
[Tags("Connections")]
internal sealed class ConnectionsController(
    IProjectDirectory directory, ListResolver lists, ConnectionAnswers answers, TimeProvider time, ILogger<ConnectionsController> log)
    : AdministrationController
{
    private const string AudienceTaken = "Another connection of the project already has this audience.";

    /// <summary>Adds a connection</summary>
    /// <remarks>With <c>listName</c>, Iterable is asked for the list of exactly this name, and makes one where there is none.</remarks>
    [HttpPost]
    [ProducesResponseType<ConnectionAnswer>(StatusCodes.Status201Created)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status409Conflict)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status502BadGateway)]
    public async Task<ActionResult<ConnectionAnswer>> Create(NewConnection request, CancellationToken cancellationToken)
    {
        if (!ProjectId.TryParse(request.ProjectId, out var projectId) || !directory.TryGet(projectId, out var project)) return NoProject();
        if (IsTaken(project, request)) return Clash(AudienceTaken);
        var list = await ChooseAsync(project, request, null, cancellationToken);
        if (list.Fault is { } fault) return Refused(fault);
        var connection = request.ToConnection(project, list.Chosen!, time);
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
        return CreatedAtAction(nameof(Get), new { id = connection.Id.ToString() }, await answers.OfAsync(connection, cancellationToken));
    }

    /// <summary>Lists the connections, oldest first</summary>
    [HttpGet]
    [ProducesResponseType<Page<ConnectionAnswer>>(StatusCodes.Status200OK)]
    public async Task<ActionResult<Page<ConnectionAnswer>>> List([FromQuery] ConnectionQuery query, CancellationToken cancellationToken)
    {
        var wanted = ConnectionsIn(query.ProjectId).Where(c => c.IsOfAudience && (query.AudienceId is null || c.AudienceId == query.AudienceId));
        var (connections, next) = wanted.Cut(query, c => c.Id.Value);
        return new Page<ConnectionAnswer> { Items = await answers.OfAsync([.. connections], cancellationToken), Next = next };
    }

    /// <summary>Shows a connection with its counters</summary>
    [HttpGet("{id}")]
    [ProducesResponseType<ConnectionAnswer>(StatusCodes.Status200OK)]
    public async Task<ActionResult<ConnectionAnswer>> Get(string id, CancellationToken cancellationToken) =>
        Find(id) is { } connection ? await answers.OfAsync(connection, cancellationToken) : Unknown("connection");

    /// <summary>Replaces a connection's settings</summary>
    /// <remarks>
    /// What is left out takes its default again. Project and source stay, and so does the audience of a source when it is left
    /// out. From then on the settings no longer follow the source's messages. What was accepted before keeps the list and the
    /// rule it was accepted under.
    /// </remarks>
    [HttpPut("{id}")]
    [ProducesResponseType<ConnectionAnswer>(StatusCodes.Status200OK)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status409Conflict)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status502BadGateway)]
    public async Task<ActionResult<ConnectionAnswer>> Replace(string id, ConnectionReplacement request, CancellationToken cancellationToken)
    {
        if (Find(id) is not { } connection || !directory.TryGet(connection.ProjectId, out var project)) return Unknown("connection");
        var faults = new Faults();
        request.Check(connection, faults);
        if (faults.Count > 0) return Refused(faults);
        var list = await ChooseAsync(project, request, connection, cancellationToken);
        if (list.Fault is { } fault) return Refused(fault);
        try
        {
            return await UpdateAsync(id, "changed", c => request.ApplyTo(c, list.Chosen!), cancellationToken);
        }
        catch (AudienceTakenException)
        {
            return Clash(AudienceTaken);
        }
    }

    /// <summary>Deletes a connection with its history</summary>
    /// <remarks>Refused while changes are pending. Members stay on the list in Iterable.</remarks>
    [HttpDelete("{id}")]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status409Conflict)]
    public async Task<ActionResult> Delete(string id, CancellationToken cancellationToken)
    {
        if (Find(id) is not { } connection) return Unknown("connection");
        if (!await directory.TryDeleteAsync(connection.Id, cancellationToken)) return Clash("Changes are still pending. Wait until they are delivered.");
        Audit(connection, "deleted");
        return NoContent();
    }

    /// <summary>Pauses a connection</summary>
    /// <remarks>Changes are still accepted and kept; nothing is sent until it is resumed.</remarks>
    [HttpPost("{id}/pause")]
    [ProducesResponseType<ConnectionAnswer>(StatusCodes.Status200OK)]
    public Task<ActionResult<ConnectionAnswer>> Pause(
        string id, [FromBody(EmptyBodyBehavior = EmptyBodyBehavior.Allow)] StopRequest? request, CancellationToken cancellationToken)
    {
        var now = time.GetStoredNow();
        return UpdateAsync(
            id, "paused", c => c with { Pause = new Stop(Stop.Operator, request?.Reason, CallerName, c.Pause?.Since ?? now) }, cancellationToken);
    }

    /// <summary>Resumes a connection that is paused or held</summary>
    /// <remarks>If what held it still stands, it will be held again.</remarks>
    [HttpPost("{id}/resume")]
    [ProducesResponseType<ConnectionAnswer>(StatusCodes.Status200OK)]
    public Task<ActionResult<ConnectionAnswer>> Resume(
        string id, [FromBody(EmptyBodyBehavior = EmptyBodyBehavior.Allow)] StopRequest? request, CancellationToken cancellationToken) =>
        UpdateAsync(id, "resumed", c => c is { Pause: null, Hold: null } ? c : c with { Pause = null, Hold = null }, cancellationToken);

    private async Task<(ChosenList? Chosen, ListFault? Fault)> ChooseAsync(
        Project project, ConnectionSettings request, Connection? current, CancellationToken cancellationToken)
    {
        if (current is not null && (request.ListName ?? current.ListName) == current.ListName && (request.ListId ?? current.ListId) == current.ListId
            && current.ListId is { } same)
            return (new ChosenList(same, current.ListName, current.ListCreatedAt), null);
        if (request.ListId is { } id) return (new ChosenList(id, null, null), null);
        var resolved = await lists.ResolveAsync(project, request.ListName!, cancellationToken);
        return resolved.Fault is null ? (new ChosenList(resolved.ListId, resolved.Name, resolved.CreatedAt), null) : (null, resolved.Fault);
    }

    private async Task<ActionResult<ConnectionAnswer>> UpdateAsync(
        string id, string action, Func<Connection, Connection> change, CancellationToken cancellationToken)
    {
        if (Find(id) is not { } known) return Unknown("connection");
        if (await directory.UpdateAsync(known.Id, change, CallerName, cancellationToken) is not { } connection) return Unknown("connection");
        Audit(connection, action);
        return await answers.OfAsync(connection, cancellationToken);
    }

    private IEnumerable<Connection> ConnectionsIn(string? projectId)
    {
        if (projectId is null) return directory.Projects.SelectMany(p => directory.ConnectionsOf(p.Id));
        return ProjectId.TryParse(projectId, out var id) ? directory.ConnectionsOf(id) : [];
    }

    private Connection? Find(string id) => ConnectionId.TryParse(id, out var parsed) && directory.TryGet(parsed, out var connection) && connection.IsOfAudience ? connection : null;

    private bool IsTaken(Project project, NewConnection request) => request.AudienceId is { } audience && directory.TryGetByAudience(
        project.Id, request.Source is { } source ? SettingsWords.Sources.Parse(source) : Source.Members, audience, out _);

    private static ObjectResult NoProject() => Fault("projectId", "is no known project");

    private ObjectResult Refused(ListFault fault) => fault.Kind is null && fault.Code != ListFault.NotShownYet
        ? Clash(fault.Message)
        : Problem(
            statusCode: StatusCodes.Status502BadGateway,
            title: "Iterable did not find or make the list.",
            detail: $"{fault.Code}: {fault.Message.TrimEnd('.')}. Nothing was stored.");

    private void Audit(Connection connection, string action) =>
        AdministrationLog.ConnectionChanged(log, connection.Id.ToString(), connection.ProjectId.ToString(), action, CallerName);
}
