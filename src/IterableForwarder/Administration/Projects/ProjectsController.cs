using Iterable.Client;
using Iterable.Client.Results;
using IterableForwarder.Changes;
using IterableForwarder.Delivery;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Telemetry;
using Microsoft.AspNetCore.Mvc;

namespace IterableForwarder.Administration.Projects;

/// <summary>Iterable projects and their keys.</summary>
[Route("api/v1/projects")]
[Tags("Projects")]
internal sealed class ProjectsController(
    IProjectDirectory directory, IterableClient client, IProjectBudgets budgets, TimeProvider time, ILogger<ProjectsController> log)
    : AdministrationController
{
    private const string KeyTaken = "Another project already uses this API key.";

    /// <summary>Adds an Iterable project</summary>
    /// <remarks>A key belongs to one project: one that is in use is refused.</remarks>
    [HttpPost]
    [ProducesResponseType<ProjectAnswer>(StatusCodes.Status201Created)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status409Conflict)]
    public async Task<ActionResult<ProjectAnswer>> Create(NewProject request, CancellationToken cancellationToken)
    {
        var project = request.ToProject(time);
        var stored = await directory.GetOrAddAsync(project, cancellationToken);
        if (stored.Id != project.Id) return Clash($"{KeyTaken} It is {stored.Id}.");
        Audit(stored, "added");
        return CreatedAtAction(nameof(Get), new { id = stored.Id.ToString() }, ProjectAnswer.Of(stored));
    }

    /// <summary>Lists the projects, oldest first</summary>
    [HttpGet]
    [ProducesResponseType<Page<ProjectAnswer>>(StatusCodes.Status200OK)]
    public ActionResult<Page<ProjectAnswer>> List([FromQuery] PageRequest page)
    {
        var (projects, next) = directory.Projects.Cut(page, p => p.Id.Value);
        return new Page<ProjectAnswer> { Items = [.. projects.Select(ProjectAnswer.Of)], Next = next };
    }

    /// <summary>Shows a project</summary>
    [HttpGet("{id}")]
    [ProducesResponseType<ProjectAnswer>(StatusCodes.Status200OK)]
    public ActionResult<ProjectAnswer> Get(string id) =>
        Find(id) is { } project ? ProjectAnswer.Of(project) : Unknown("project");

    /// <summary>Replaces a project's settings</summary>
    /// <remarks>
    /// What is left out takes its default again; only <c>apiKey</c> and <c>segmentSecret</c> are kept when they are left out.
    /// An empty <c>segmentSecret</c> clears it. A new key resumes a project that is held.
    /// </remarks>
    [HttpPut("{id}")]
    [ProducesResponseType<ProjectAnswer>(StatusCodes.Status200OK)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status409Conflict)]
    public async Task<ActionResult<ProjectAnswer>> Replace(string id, ProjectReplacement request, CancellationToken cancellationToken)
    {
        try
        {
            return await UpdateAsync(id, "changed", request.ApplyTo, cancellationToken);
        }
        catch (ApiKeyTakenException)
        {
            return Clash(KeyTaken);
        }
    }

    /// <summary>Deletes a project</summary>
    /// <remarks>Refused while it has connections or streams.</remarks>
    [HttpDelete("{id}")]
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
    [HttpPost("{id}/check")]
    [ProducesResponseType<CheckAnswer>(StatusCodes.Status200OK)]
    public async Task<ActionResult<CheckAnswer>> Check(string id, CancellationToken cancellationToken)
    {
        if (Find(id) is not { } project) return Unknown("project");
        if (project.ApiKey.Length == 0) return new CheckAnswer { Ok = false, Code = "KeyUnreadable", Message = project.Hold?.Detail };
        var lists = await client.GetListsAsync(budgets.CallerFor(project), cancellationToken);
        if (lists.Kind == CallResultKind.Processed) return new CheckAnswer { Ok = true, Lists = lists.Value!.Count };
        var fault = lists.ToFault(project);
        return new CheckAnswer { Ok = false, Code = fault.Code, Message = fault.Message };
    }

    /// <summary>Resumes a project that is held</summary>
    /// <remarks>If what held it still stands, it will be held again.</remarks>
    [HttpPost("{id}/resume")]
    [ProducesResponseType<ProjectAnswer>(StatusCodes.Status200OK)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status409Conflict)]
    public async Task<ActionResult<ProjectAnswer>> Resume(string id, CancellationToken cancellationToken)
    {
        if (Find(id) is { ApiKey: "" }) return Clash("The project's stored key cannot be decrypted. Set the key again with PUT.");
        return await UpdateAsync(id, "resumed", project => project.Hold is null ? project : project with { Hold = null }, cancellationToken);
    }

    private async Task<ActionResult<ProjectAnswer>> UpdateAsync(string id, string action, Func<Project, Project> change, CancellationToken cancellationToken)
    {
        if (Find(id) is not { } known) return Unknown("project");
        if (await directory.UpdateAsync(known.Id, change, CallerName, cancellationToken) is not { } project) return Unknown("project");
        Audit(project, action);
        return ProjectAnswer.Of(project);
    }

    private Project? Find(string id) => ProjectId.TryParse(id, out var parsed) && directory.TryGet(parsed, out var project) ? project : null;

    private void Audit(Project project, string action) => AdministrationLog.ProjectChanged(log, project.Id.ToString(), action, CallerName);
}
