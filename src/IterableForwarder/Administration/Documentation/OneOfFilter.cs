using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace IterableForwarder.Administration.Documentation;

/// <summary>Shows the words of <see cref="OneOfAttribute"/>.</summary>
internal sealed class OneOfFilter : ISchemaFilter
{
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (context.MemberInfo?.GetCustomAttribute<OneOfAttribute>() is not { } oneOf || schema is not OpenApiSchema concrete) return;
        concrete.Enum = [.. oneOf.Words.Select(word => (JsonNode)JsonValue.Create(word))];
    }
}
