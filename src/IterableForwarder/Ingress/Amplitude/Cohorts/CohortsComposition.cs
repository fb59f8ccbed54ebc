using IterableForwarder.Http.Documentation;
using IterableForwarder.Ingress.Body;

namespace IterableForwarder.Ingress.Amplitude.Cohorts;

/// <summary>Registration of Amplitude's cohort webhook.</summary>
internal static class CohortsComposition
{
    public static void AddAmplitudeCohorts(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<CohortConnections>();
        builder.Services.AddSingleton<CohortsReader>();
        builder.Services.AddSingleton<Audiences>();
        builder.Services.AddSingleton<Intake>();
        builder.Services.AddSingleton<CohortsEndpoint>();
    }

    public static void MapAmplitudeCohorts(this WebApplication app) =>
        app.MapPost("/ingest/amplitude/{projectId}/cohorts", (string projectId, HttpContext context, CohortsEndpoint endpoint) => endpoint.HandleAsync(projectId, context))
            .TakesBatches()
            .WithName("acceptAmplitudeCohort")
            .WithSummary("Accept messages of Amplitude's cohort webhook")
            .WithDescription(
                "Users who entered a cohort (in_cohort true) or left it (false). They go to the list named '[Amplitude] ' and the cohort's name, which is used or made; a connection for the cohort_id is made where there is none. " +
                "The user id is user_id, the e-mail user_properties.email. Answered with 200 once the batch is on disk; a message_id is accepted once. " +
                "A message of an earlier computed_time does not undo a later one. Anything wrong with one user is that user's outcome, under /api/v1/batches?sourceId= with the message_id.")
            .Accepts<object>(MediaTypes.Json)
            .Produces<CohortAccepted>()
            .WithMetadata(
                new BodyFormsAttribute(typeof(CohortForm)),
                new BodyExampleAttribute(CohortsExamples.Message),
                new BodyExampleAttribute(CohortsExamples.Answer, StatusCodes.Status200OK),
                new BodyExampleAttribute(CohortsExamples.Faults, StatusCodes.Status400BadRequest));
}
