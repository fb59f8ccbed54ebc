using IterableForwarder.Ingress.Body;
using IterableForwarder.Security;
using Microsoft.AspNetCore.Mvc;

namespace IterableForwarder.Ingress.Members;

/// <summary>Registration of the members format.</summary>
internal static class MembersComposition
{
    public static void AddMembers(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<MembersRequestReader>();
        builder.Services.AddSingleton<MembersEndpoint>();
        builder.Services.AddSingleton<PreviewEndpoint>();
    }

    public static void MapMembers(this WebApplication app)
    {
        app.MapPost("/api/v1/connections/{id}/members", (string id, HttpContext context, MembersEndpoint endpoint) => endpoint.HandleAsync(id, context))
            .RequireAuthorization(Policies.Ingest)
            .WithMetadata(new DisableRequestSizeLimitAttribute())
            .WithTags("Ingest")
            .WithSummary("Accept adds and removes of members")
            .WithDescription(
                "Answered with 202 once the batch is on disk. As NDJSON, one change a line, of any length: stored in pieces while it is read, accepted whole or not at all. " +
                "With an Idempotency-Key the same body is accepted once: a repetition gets the first answer. Content-Encoding gzip is understood.")
            .Accepts<MembersRequest>(MediaTypes.Json, MediaTypes.Ndjson)
            .Produces<BatchAccepted>(StatusCodes.Status202Accepted)
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

        app.MapPost("/api/v1/connections/{id}/preview", (string id, HttpContext context, PreviewEndpoint endpoint) => endpoint.HandleAsync(id, context))
            .RequireAuthorization(Policies.Ingest)
            .WithMetadata(new DisableRequestSizeLimitAttribute())
            .WithTags("Ingest")
            .WithSummary("Show what a batch would become")
            .WithDescription("The requests that Iterable would get, who would be dropped and why. Nothing is stored or sent.")
            .Accepts<MembersRequest>(MediaTypes.Json, MediaTypes.Ndjson)
            .Produces<Preview>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);
    }
}
