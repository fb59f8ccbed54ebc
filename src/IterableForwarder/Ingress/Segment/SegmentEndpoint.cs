using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress.Segment;

/// <summary>POST /ingest/segment/{projectId}: events of Segment's audiences.</summary>
internal sealed class SegmentEndpoint(ProjectRequests requests, SegmentReader reader, Intake intake, TimeProvider time)
{
    public async Task<IResult> HandleAsync(string projectId, HttpContext context)
    {
        if (!requests.TryFind(projectId, context, out var project, out var refusal)) return refusal;
        var reading = await reader.ReadAsync(project, time.GetUtcNow(), context);
        if (reading.Events is not { } events) return reading.Refusal!;
        try
        {
            return TypedResults.Accepted((string?)null, await intake.AcceptAsync(project, events, context.RequestAborted));
        }
        catch (ProjectGoneException)
        {
            return ProjectRequests.NoProject();
        }
    }
}
