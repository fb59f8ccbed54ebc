using IterableForwarder.Http.Documentation;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Security;

namespace IterableForwarder.Ingress.Segment;

/// <summary>Registration of Segment's audiences.</summary>
internal static class SegmentComposition
{
    public static void AddSegment(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<SegmentReader>();
        builder.Services.AddSingleton<Audiences>();
        builder.Services.AddSingleton<Intake>();
        builder.Services.AddSingleton<SegmentEndpoint>();
        builder.Services.AddSingleton<AudiencesEndpoint>();
    }

    public static void MapSegment(this WebApplication app)
    {
        MapAudiences(app);
        app.MapPost("/ingest/segment/{projectId}", (string projectId, HttpContext context, SegmentEndpoint endpoint) => endpoint.HandleAsync(projectId, context))
            .TakesBatches()
            .WithName("acceptSegment")
            .WithSummary("Accept audience events of Segment")
            .WithDescription(
                "Track and Identify events of Segment's audiences, as its webhook destinations send them: one, an array, or an object with batch, of up to 4000. " +
                "Each goes to its own audience's list: the one of external_audience_id, else the one named like the audience's key, made where there is none. " +
                "A member enters with true and leaves with false. audience_settings, or the same names at the top of an event, count for that event. " +
                "Answered with 202 once it is on disk; a messageId is done once within 24 hours, and refused as messageIdReused for another content. " +
                "Who was refused shows under /api/v1/batches too. Where the project has a segmentSecret, X-Signature must fit.")
            .Accepts<object>(MediaTypes.Json)
            .Produces<SegmentAnswer>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .WithMetadata(
                new HeaderAttribute(Signature.Header, "Hexadecimal HMAC-SHA1 with the project's segmentSecret, over the body or over the first event of an array. Only where the project has a secret."),
                new BodyFormsAttribute(typeof(SegmentForm), typeof(IReadOnlyList<SegmentForm>), typeof(SegmentBatchForm)),
                new BodyExampleAttribute(SegmentExamples.Events),
                new BodyExampleAttribute(SegmentExamples.Answer, StatusCodes.Status202Accepted),
                new BodyExampleAttribute(SegmentExamples.Faults, StatusCodes.Status400BadRequest));
    }

    private static void MapAudiences(WebApplication app) =>
        app.MapPost("/ingest/segment/{projectId}/audiences", (string projectId, HttpContext context, AudiencesEndpoint endpoint) => endpoint.HandleAsync(projectId, context))
            .RequireAuthorization(Policies.Ingest)
            .WithTags("Ingest")
            .WithName("resolveSegmentAudience")
            .WithSummary("Find or make the list of a Segment audience")
            .WithDescription(
                "For createAudienceUrl and getAudienceUrl of Segment's destination Webhook Audiences. With audienceName, Iterable's list of exactly this name is used, or made; " +
                "with externalId, the answer tells whether Iterable has the list. Its id comes back as external_audience_id in the audience's events.")
            .Accepts<AudienceRequest>(MediaTypes.Json)
            .Produces<SegmentAudience>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status502BadGateway)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithMetadata(new BodyExampleAttribute(SegmentExamples.Audience), new BodyExampleAttribute(SegmentExamples.AudienceAnswer, StatusCodes.Status200OK));
}
