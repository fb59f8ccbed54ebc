using FluentValidation;
using IterableForwarder.Administration.Requests;
using IterableForwarder.Changes;
using IterableForwarder.Delivery.Lists;
using IterableForwarder.Http;
using IterableForwarder.Http.Documentation;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Mapping;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace IterableForwarder.Administration.Projects;

/// <summary>Iterable projects and their keys.</summary>
[Route("api/v1/projects")]
[Tags("Projects")]
internal sealed class ProjectsController(
    IProjectDirectory directory,
    KeyCheck keys,
    ProjectResume resume,
    IValidator<ProjectRequest> rules,
    TimeProvider time,
    ILogger<ProjectsController> log) : AdministrationController
{
    /// <summary>What the project is at Iterable.</summary>
    private static readonly string[] Facts = ["dataCenter", "type", "userId"];

    private const string KeyTaken = "Another project already uses this API key.";

    /// <summary>Adds an Iterable project</summary>
    /// <remarks>
    /// A key belongs to one project: one that is in use is refused. With <c>check=true</c> Iterable is asked first, and a key that it does not
    /// accept is refused with 422. Without it, the project has the warning <c>keyUnverified</c> until a call has worked.
    /// </remarks>
    /// <param name="request">The project.</param>
    /// <param name="check">True to ask Iterable before anything is stored.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    [HttpPost(Name = "createProject")]
    [ProducesResponseType<ProjectResponse>(StatusCodes.Status201Created)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status409Conflict)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status422UnprocessableEntity)]
    [ProblemForm(typeof(IterableProblem), StatusCodes.Status422UnprocessableEntity, StatusCodes.Status502BadGateway)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status502BadGateway)]
    public async Task<ActionResult<ProjectResponse>> Create(
        SettingsChange<ProjectRequest, ProjectResponse> request, bool check = false, CancellationToken cancellationToken = default)
    {
        var settings = request.ApplyTo(new());
        var errors = request.Check(settings, rules);
        if (string.IsNullOrEmpty(settings.ApiKey)) errors.Add("apiKey", "is required");
        if (errors.Count > 0) return Refused(errors);
        var project = settings.ToProject(time);
        if (check)
        {
            if (directory.TryGetByApiKey(project.ApiKey, out var other)) return Clash($"{KeyTaken} It is {other.Id}.");
            if (RefusalOf(await keys.AskForNewAsync(project, cancellationToken)) is { } refusal) return refusal;
            project = project with { KeyUnverified = false };
        }
        var stored = await directory.GetOrAddAsync(project, cancellationToken);
        if (stored.Id != project.Id) return Clash($"{KeyTaken} It is {stored.Id}.");
        Audit(stored, "added");
        return CreatedAt(stored.Id.ToString(), ProjectResponse.Of(stored));
    }

    /// <summary>Lists the projects, oldest first</summary>
    [HttpGet(Name = "listProjects")]
    [ProducesResponseType<Page<ProjectResponse>>(StatusCodes.Status200OK)]
    public ActionResult<Page<ProjectResponse>> List([FromQuery] PageRequest page)
    {
        var (projects, next) = page.Cut(directory.Projects, p => p.Id.Value);
        return new Page<ProjectResponse> { Items = [.. projects.Select(ProjectResponse.Of)], Next = next };
    }

    /// <summary>Shows a project</summary>
    [HttpGet("{id}", Name = "getProject")]
    [ProducesResponseType<ProjectResponse>(StatusCodes.Status200OK)]
    public ActionResult<ProjectResponse> Get(string id) =>
        Find(id) is { } project ? ProjectResponse.Of(project) : Unknown("project");

    /// <summary>Replaces a project's settings</summary>
    /// <remarks>
    /// Takes <c>name</c>, <c>dataCenter</c>, <c>type</c>, <c>userId</c> and <c>budgets</c> whole: what is missing is refused, and nothing changes.
    /// <c>apiKey</c> and <c>segmentSecret</c> stay where they are left out; an empty <c>segmentSecret</c> clears it. PATCH changes single settings,
    /// and POST …/key changes the key after Iterable was asked.
    /// </remarks>
    [HttpPut("{id}", Name = "replaceProject")]
    [ProducesResponseType<ProjectResponse>(StatusCodes.Status200OK)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status409Conflict)]
    public Task<ActionResult<ProjectResponse>> Replace(string id, SettingsChange<ProjectRequest, ProjectResponse> request, CancellationToken cancellationToken) =>
        ChangeAsync(id, request, check: false, cancellationToken);

    /// <summary>Changes the settings of a project that are named</summary>
    /// <remarks>
    /// A JSON merge patch (RFC 7396): what is not named stays, null takes a setting away or back to its default. With <c>check=true</c> Iterable
    /// is asked whether it accepts the project's key, and 422 changes nothing.
    /// </remarks>
    /// <param name="id">The project.</param>
    /// <param name="request">The settings to change.</param>
    /// <param name="check">True to ask Iterable before anything is stored.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    [HttpPatch("{id}", Name = "patchProject")]
    [BodyExample("""{"name":"Acme","budgets":{"lists":20}}""")]
    [ProducesResponseType<ProjectResponse>(StatusCodes.Status200OK)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status409Conflict)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status422UnprocessableEntity)]
    [ProblemForm(typeof(IterableProblem), StatusCodes.Status422UnprocessableEntity, StatusCodes.Status502BadGateway)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status502BadGateway)]
    public Task<ActionResult<ProjectResponse>> Patch(
        string id, SettingsChange<ProjectRequest, ProjectResponse> request, bool check = false, CancellationToken cancellationToken = default) =>
        ChangeAsync(id, request, check, cancellationToken);

    /// <summary>Deletes a project</summary>
    /// <remarks>Refused while it has connections or streams.</remarks>
    [HttpDelete("{id}", Name = "deleteProject")]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status409Conflict)]
    public async Task<ActionResult> Delete(string id, CancellationToken cancellationToken)
    {
        if (Find(id) is not { } project) return Unknown("project");
        if (!await directory.TryDeleteAsync(project.Id, cancellationToken)) return Clash("The project still has connections or streams. Delete those first.");
        Audit(project, "deleted");
        return NoContent();
    }

    /// <summary>Asks Iterable whether the project's key works</summary>
    /// <remarks>Reads the project's lists, which every server-side key may do, and changes nothing.</remarks>
    [HttpPost("{id}/check", Name = "checkProject")]
    [ProducesResponseType<CheckResponse>(StatusCodes.Status200OK)]
    public async Task<ActionResult<CheckResponse>> Check(string id, CancellationToken cancellationToken)
    {
        if (Find(id) is not { } project) return Unknown("project");
        var key = await keys.AskAsync(project, cancellationToken);
        if (key.Error is { } error) return new CheckResponse { Ok = false, Code = error.Code, Message = error.Message };
        await keys.MarkVerifiedAsync(project, cancellationToken);
        return new CheckResponse { Ok = true, Lists = key.Lists!.Count };
    }

    /// <summary>Resumes a project that is held</summary>
    /// <remarks>
    /// The key is checked at once, for at most 5 seconds, and the response shows the state after that. Where Iterable still refuses the key, the
    /// project is held again.
    /// </remarks>
    [HttpPost("{id}/resume", Name = "resumeProject")]
    [ProducesResponseType<ProjectResponse>(StatusCodes.Status200OK)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status409Conflict)]
    public async Task<ActionResult<ProjectResponse>> Resume(
        string id, [FromBody(EmptyBodyBehavior = EmptyBodyBehavior.Allow)] HoldRequest? request, CancellationToken cancellationToken)
    {
        if (Find(id) is not { } known) return Unknown("project");
        if (known.ApiKey.Length == 0) return Clash("The project's stored key cannot be decrypted. Set the key again with POST /api/v1/projects/{id}/key.");
        if (await resume.ResumeAsync(known, new(CallerName, request?.Reason), cancellationToken) is not { } project) return Unknown("project");
        Audit(project, "resumed");
        return ProjectResponse.Of(project);
    }

    private async Task<ActionResult<ProjectResponse>> ChangeAsync(string id, SettingsChange<ProjectRequest, ProjectResponse> change, bool check, CancellationToken cancellationToken)
    {
        if (Find(id) is not { } known) return Unknown("project");
        var (request, errors) = Read(change, known);
        if (errors.Count > 0) return Refused(errors);
        var wanted = request.ApplyTo(known);
        if (check && wanted.ApiKey != known.ApiKey && directory.TryGetByApiKey(wanted.ApiKey, out _)) return Clash(KeyTaken);
        if (check && RefusalOf(await keys.AskAsync(wanted, cancellationToken)) is { } refusal) return refusal;
        try
        {
            var project = await directory.UpdateAsync(known.Id, p => Change(p, change, check ? wanted : null, out errors), CallerName, cancellationToken);
            if (project is null) return Unknown("project");
            if (errors.Count > 0) return Refused(errors);
            Audit(project, "changed");
            return ProjectResponse.Of(project);
        }
        catch (ApiKeyTakenException)
        {
            return Clash(KeyTaken);
        }
    }

    /// <summary>Lays the change over the newest state, which may be another than when the request came.</summary>
    private Project Change(Project project, SettingsChange<ProjectRequest, ProjectResponse> change, Project? verified, out ValidationErrors errors)
    {
        (var request, errors) = Read(change, project);
        if (errors.Count > 0) return project;
        var changed = change.IsEmpty() ? project : request.ApplyTo(project);
        return verified is not null && (verified.ApiKey, verified.DataCenter) == (changed.ApiKey, changed.DataCenter) ? changed with { KeyUnverified = false } : changed;
    }

    private (ProjectRequest Request, ValidationErrors Errors) Read(SettingsChange<ProjectRequest, ProjectResponse> change, Project project)
    {
        var request = change.ApplyTo(new(project));
        if (change.TakesAway("segmentSecret")) request = request with { SegmentSecret = "" };
        var errors = change.Check(request, rules);
        if (change.TakesAway("apiKey")) errors.Add("apiKey", "must not be null; leave it out to keep the key");
        if (request.ApiKey is "") errors.Add("apiKey", "must not be empty; leave it out to keep the key");
        // null must not reset what the project is at Iterable
        foreach (var fact in Facts.Where(change.TakesAway)) errors.Add(fact, "is required");
        if (request.Type == ProjectType.Email && directory.ConnectionsOf(project.Id).FirstOrDefault(c => !c.RequireEmail) is { } connection)
            errors.Add("type", $"must not be 'email' while connection {connection.Id} has requireEmail false");
        return (request, errors);
    }

    /// <summary>Null where Iterable accepts the key.</summary>
    private ObjectResult? RefusalOf(CheckedKey key) => key.Error is not { } error ? null : NotVerified(error, key.IsRefused, "Iterable does not accept the API key.");

    private Project? Find(string id) => ProjectId.TryParse(id, out var parsed) && directory.TryGet(parsed, out var project) ? project : null;

    private void Audit(Project project, string action) => AdministrationLog.ProjectChanged(log, project.Id.ToString(), action, CallerName);
}
