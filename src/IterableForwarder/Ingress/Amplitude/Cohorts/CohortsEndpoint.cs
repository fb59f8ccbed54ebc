using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress.Amplitude.Cohorts;

/// <summary>POST /ingest/amplitude/{projectId}/cohorts: users who entered a cohort of Amplitude's, or left it.</summary>
internal sealed class CohortsEndpoint(ProjectRequests requests, CohortsReader reader, Intake intake, TimeProvider time)
{
    /// <summary>
    /// Read even where there is no room: whether a message was accepted before stands within it, and then it gets its answer. The
    /// journal has the last word on room.
    /// </summary>
    public async Task<IResult> HandleAsync(string projectId, HttpContext context)
    {
        if (!requests.TryFind(projectId, context, out var project, out var refusal)) return refusal;
        var receivedAt = time.GetUtcNow();
        var reading = await reader.ReadAsync(context);
        if (reading.Message is not { } message) return reading.Refusal!;
        try
        {
            return TypedResults.Ok(await intake.AcceptAsync(project, message, receivedAt, context.RequestAborted));
        }
        catch (ProjectGoneException)
        {
            return ProjectRequests.NoProject();
        }
    }
}
