using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace IterableForwarder.Administration.Documentation;

/// <summary>Adds to every operation what follows from its shape: the key it asks for, and the refusals that come with it.</summary>
internal sealed class CommonAnswersFilter : IOperationFilter
{
    public const string Problem = "application/problem+json";

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (NeedsKey(context))
        {
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(SwaggerComposition.KeyScheme, context.Document)] = [] }];
            Add(operation, context, StatusCodes.Status401Unauthorized, "The key is missing or unknown.");
            Add(operation, context, StatusCodes.Status403Forbidden, "The key does not open this.");
        }
        Add(operation, context, StatusCodes.Status400BadRequest, "Something in the request is wrong; every fault is named with its path.");
        if (operation.RequestBody is not null) Add(operation, context, StatusCodes.Status415UnsupportedMediaType, "The body's content type is not served here.");
        if (context.ApiDescription.RelativePath?.Contains('{', StringComparison.Ordinal) == true) Add(operation, context, StatusCodes.Status404NotFound, "There is no such thing.");
        Add(operation, context, StatusCodes.Status503ServiceUnavailable, "The store is not available or has no room; nothing was changed. Try again after Retry-After.");
        Describe(operation, StatusCodes.Status409Conflict, "It clashes with what is there.");
        Describe(operation, StatusCodes.Status422UnprocessableEntity, "Iterable was asked and does not accept the key, or does not have the list; nothing was stored.");
        Describe(operation, StatusCodes.Status429TooManyRequests, "Too many changes are pending for the connection; nothing was accepted. Try again after Retry-After.");
        Describe(operation, StatusCodes.Status502BadGateway, "Iterable could not be reached, or refused; nothing was stored.");
        Describe(operation, StatusCodes.Status201Created, "It was made; Location says where it is.");
        Describe(operation, StatusCodes.Status204NoContent, "It is gone.");
        SortAnswers(operation);
    }

    /// <summary>An endpoint that is open only for some requests carries both marks, and checks the key itself.</summary>
    private static bool NeedsKey(OperationFilterContext context)
    {
        var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
        return metadata.OfType<IAuthorizeData>().Any() || !metadata.OfType<IAllowAnonymous>().Any();
    }

    private static void Add(OpenApiOperation operation, OperationFilterContext context, int status, string description)
    {
        operation.Responses ??= [];
        var body = status == StatusCodes.Status400BadRequest ? typeof(ValidationProblemDetails) : typeof(ProblemDetails);
        operation.Responses.TryAdd(status.ToString(CultureInfo.InvariantCulture), new OpenApiResponse
        {
            Description = description,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [Problem] = new() { Schema = context.SchemaGenerator.GenerateSchema(body, context.SchemaRepository) },
            },
        });
    }

    private static void SortAnswers(OpenApiOperation operation)
    {
        var sorted = new OpenApiResponses();
        foreach (var (status, response) in (operation.Responses ?? []).OrderBy(r => r.Key, StringComparer.Ordinal)) sorted.Add(status, response);
        operation.Responses = sorted;
    }

    private static void Describe(OpenApiOperation operation, int status, string description)
    {
        if (operation.Responses?.TryGetValue(status.ToString(CultureInfo.InvariantCulture), out var response) != true) return;
        response!.Description = description;
        if (status < 400 || response is not OpenApiResponse { Content: { Count: > 0 } content }) return;
        var media = content.First().Value;
        content.Clear();
        content[Problem] = media;
    }
}
