using System.Diagnostics.CodeAnalysis;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace IterableForwarder.Ingress.Segment;

/// <summary>POST /ingest/segment/{projectId}: events of Segment's audiences.</summary>
internal sealed class SegmentEndpoint(IProjectDirectory directory, SegmentReader reader, Intake intake, TimeProvider time)
{
    private const string NoProject = "There is no project with this id.";

    public async Task<IResult> HandleAsync(string projectId, HttpContext context)
    {
        if (!TryFind(projectId, context, out var project, out var refusal)) return refusal;
        var reading = await reader.ReadAsync(project, time.GetUtcNow(), context);
        if (reading.Events is not { } events) return reading.Refusal!;
        try
        {
            return TypedResults.Accepted((string?)null, await intake.AcceptAsync(project, events, context.RequestAborted));
        }
        catch (ProjectGoneException)
        {
            return NotFound();
        }
    }

    private bool TryFind(
        string id, HttpContext context, [NotNullWhen(true)] out Project? project, [NotNullWhen(false)] out ProblemHttpResult? refusal)
    {
        (project, refusal) = (null, null);
        if (!ProjectId.TryParse(id, out var projectId) || !directory.TryGet(projectId, out project)) refusal = NotFound();
        else if (!context.User.MayUse(project.Id)) refusal = TypedResults.Problem("The key does not serve this project.", statusCode: StatusCodes.Status403Forbidden);
        return refusal is null;
    }

    private static ProblemHttpResult NotFound() => TypedResults.Problem(NoProject, statusCode: StatusCodes.Status404NotFound);
}
