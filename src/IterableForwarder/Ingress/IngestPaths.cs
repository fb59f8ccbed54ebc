using System.Diagnostics.CodeAnalysis;
using IterableForwarder.Security;
using Microsoft.AspNetCore.Mvc;

namespace IterableForwarder.Ingress;

/// <summary>What the paths that take batches have in common, and how it is documented.</summary>
internal static class IngestPaths
{
    /// <summary>Has the flow run what is posted to the path.</summary>
    public static RouteHandlerBuilder MapIngest<TAssembly, TTarget, TMessage>(this WebApplication app, [StringSyntax("Route")] string pattern)
        where TAssembly : IIngestAssembly<TTarget, TMessage>
        where TTarget : class
        where TMessage : class =>
        app.MapPost(pattern, (HttpContext context, IngestFlow flow, TAssembly assembly) => flow.RunAsync(assembly, context));

    /// <summary>For whoever has an ingest key; limits the body itself.</summary>
    public static RouteHandlerBuilder ReadsBodies(this RouteHandlerBuilder path) => path
        .RequireAuthorization(Policies.Ingest)
        .WithMetadata(new DisableRequestSizeLimitAttribute());

    /// <summary>The same, and may have no room for what it brings.</summary>
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
