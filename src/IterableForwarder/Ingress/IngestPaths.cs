using IterableForwarder.Security;
using Microsoft.AspNetCore.Mvc;

namespace IterableForwarder.Ingress;

/// <summary>
/// What the paths that take batches have in common, and how it is documented. A handler names the ids of its path only for the documentation:
/// the assembly takes them from the route.
/// </summary>
internal static class IngestPaths
{
    /// <summary>For whoever has an ingest key; limits the body itself.</summary>
    public static RouteHandlerBuilder ReadsBodies(this RouteHandlerBuilder path) => path
        .RequireAuthorization(Policies.Ingest)
        .WithMetadata(new DisableRequestSizeLimitAttribute());

    /// <summary>The same, and a request may exceed a capacity.</summary>
    public static RouteHandlerBuilder TakesBatches(this RouteHandlerBuilder path) => path
        .ReadsBodies()
        .WithTags("Ingest")
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
}
