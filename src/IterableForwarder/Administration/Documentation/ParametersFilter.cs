using System.Text.Json.Nodes;
using IterableForwarder.Http.Documentation;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace IterableForwarder.Administration.Documentation;

/// <summary>Adds the parameters of <see cref="HeaderAttribute"/> and <see cref="QueryAttribute"/>, so that the page can send them.</summary>
internal sealed class ParametersFilter : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
        foreach (var header in metadata.OfType<HeaderAttribute>())
            Add(operation, header.Name, ParameterLocation.Header, header.Description, new OpenApiSchema { Type = JsonSchemaType.String });
        foreach (var query in metadata.OfType<QueryAttribute>())
        {
            var words = new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. Vocabularies.WordsOf(query.Words).Select(word => (JsonNode)JsonValue.Create(word))] };
            Add(operation, query.Name, ParameterLocation.Query, query.Description, words);
        }
    }

    private static void Add(OpenApiOperation operation, string name, ParameterLocation location, string description, OpenApiSchema schema)
    {
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter { Name = name, In = location, Description = description, Schema = schema });
    }
}
