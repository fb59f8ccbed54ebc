using System.Globalization;
using IterableForwarder.Http.Documentation;
using Microsoft.AspNetCore.Authorization;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace IterableForwarder.Administration.Documentation;

/// <summary>Adds to every operation what follows from its shape: the key it asks for, and the refusals that come with it.</summary>
internal sealed class CommonResponsesFilter : IOperationFilter
{
    public const string ProblemType = "application/problem+json";

    private static readonly Dictionary<int, string> Descriptions = new()
    {
        [StatusCodes.Status201Created] = "Created. Location has its path.",
        [StatusCodes.Status204NoContent] = "Deleted.",
        [StatusCodes.Status400BadRequest] = "The request is not valid. Every error is named with its path.",
        [StatusCodes.Status401Unauthorized] = "The key is missing or unknown.",
        [StatusCodes.Status403Forbidden] = "The key does not open this operation.",
        [StatusCodes.Status404NotFound] = "The path names something that does not exist.",
        [StatusCodes.Status409Conflict] = "Conflict with an existing resource or its state. Nothing was changed.",
        [StatusCodes.Status413PayloadTooLarge] = "The body is larger than the operation accepts.",
        [StatusCodes.Status415UnsupportedMediaType] = "The operation does not accept the body's content type or encoding.",
        [StatusCodes.Status422UnprocessableEntity] = "Iterable does not accept the key, or does not have the list. Nothing was stored.",
        [StatusCodes.Status429TooManyRequests] = "Too many changes are pending for the connection. Nothing was accepted. Send the request again after Retry-After.",
        [StatusCodes.Status500InternalServerError] = "Unexpected error. The log of the service has more, under the traceId.",
        [StatusCodes.Status502BadGateway] = "Iterable could not be reached, or refused. Nothing was stored.",
        [StatusCodes.Status503ServiceUnavailable] = "The store is not available or full. Nothing was changed. Send the request again after Retry-After.",
    };

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        operation.Responses ??= [];
        foreach (var status in StatusesOf(operation, context)) operation.Responses.TryAdd(status.ToString(CultureInfo.InvariantCulture), new OpenApiResponse());
        if (NeedsKey(context))
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(SwaggerComposition.KeyScheme, context.Document)] = [] }];
        foreach (var (text, response) in operation.Responses) Complete((OpenApiResponse)response, int.Parse(text, CultureInfo.InvariantCulture), context);
        SortResponses(operation);
    }

    private static IEnumerable<int> StatusesOf(OpenApiOperation operation, OperationFilterContext context)
    {
        yield return StatusCodes.Status400BadRequest;
        yield return StatusCodes.Status500InternalServerError;
        yield return StatusCodes.Status503ServiceUnavailable;
        if (context.ApiDescription.RelativePath?.Contains('{', StringComparison.Ordinal) == true) yield return StatusCodes.Status404NotFound;
        if (NeedsKey(context))
        {
            yield return StatusCodes.Status401Unauthorized;
            yield return StatusCodes.Status403Forbidden;
        }
        if (operation.RequestBody is null) yield break;
        yield return StatusCodes.Status413PayloadTooLarge;
        yield return StatusCodes.Status415UnsupportedMediaType;
    }

    /// <summary>An endpoint that is open only for some requests carries both marks, and checks the key itself.</summary>
    private static bool NeedsKey(OperationFilterContext context)
    {
        var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
        return metadata.OfType<IAuthorizeData>().Any() || !metadata.OfType<IAllowAnonymous>().Any();
    }

    private static void Complete(OpenApiResponse response, int status, OperationFilterContext context)
    {
        if (Descriptions.TryGetValue(status, out var description)) response.Description = description;
        if (status < StatusCodes.Status400BadRequest) return;
        var form = context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<ProblemFormAttribute>().FirstOrDefault(f => f.AppliesTo(status));
        response.Content = new Dictionary<string, OpenApiMediaType>
        {
            [ProblemType] = new() { Schema = context.SchemaGenerator.GenerateSchema(form?.Form ?? typeof(Problem), context.SchemaRepository) },
        };
    }

    private static void SortResponses(OpenApiOperation operation)
    {
        var sorted = new OpenApiResponses();
        foreach (var (status, response) in (operation.Responses ?? []).OrderBy(r => r.Key, StringComparer.Ordinal)) sorted.Add(status, response);
        operation.Responses = sorted;
    }
}
