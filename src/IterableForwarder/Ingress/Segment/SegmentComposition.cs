using IterableForwarder.Administration.Documentation;
using IterableForwarder.Ingress.Body;

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
    }

    public static void MapSegment(this WebApplication app) =>
        app.MapPost("/ingest/segment/{projectId}", (string projectId, HttpContext context, SegmentEndpoint endpoint) => endpoint.HandleAsync(projectId, context))
            .TakesBatches()
            .WithSummary("Accept audience events of Segment")
            .WithDescription(
                "Track and Identify events of Segment's audiences, as the Webhook (Actions) destination sends them: one, or an array of up to 4000. " +
                "Each goes to its own audience's list: the one of external_audience_id, else the one named like the audience's key, made where there is none. " +
                "A member enters with true and leaves with false. Answered with 202 once it is on disk; a messageId is done once within 24 hours. " +
                "Who was refused shows under /api/v1/batches too. Where the project has a segmentSecret, X-Signature must fit.")
            .Accepts<object>(MediaTypes.Json)
            .Produces<SegmentAnswer>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .WithMetadata(
                new HeaderAttribute(Signature.Header, "Hexadecimal HMAC-SHA1 with the project's segmentSecret, over the body or over the first event of an array. Only where the project has a secret."),
                new BodyExampleAttribute(SegmentExamples.Events),
                new BodyExampleAttribute(SegmentExamples.Answer, StatusCodes.Status202Accepted),
                new BodyExampleAttribute(SegmentExamples.Faults, StatusCodes.Status400BadRequest));
}
