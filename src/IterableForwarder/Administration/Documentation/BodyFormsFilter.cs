using IterableForwarder.Http.Documentation;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace IterableForwarder.Administration.Documentation;

/// <summary>Says whether a body is required, shows the forms of <see cref="BodyFormsAttribute"/>, and bodies of several JSON values as text, which is all that a schema can say of them.</summary>
internal sealed class BodyFormsFilter : IOperationFilter
{
    private const string Ndjson = "ndjson";

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (operation.RequestBody is OpenApiRequestBody body) body.Required = !MayBeEmpty(context);
        var forms = context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<BodyFormsAttribute>().FirstOrDefault()?.Forms ?? [];
        foreach (var (name, media) in operation.RequestBody?.Content ?? new Dictionary<string, OpenApiMediaType>())
        {
            if (name.EndsWith(Ndjson, StringComparison.OrdinalIgnoreCase))
                media.Schema = new OpenApiSchema { Type = JsonSchemaType.String, Description = "One change a line: each an item of changes." };
            else if (forms.Count > 0)
                media.Schema = AnyOf([.. forms.Select(form => context.SchemaGenerator.GenerateSchema(form, context.SchemaRepository))]);
        }
    }

    private static bool MayBeEmpty(OperationFilterContext context) => context.ApiDescription.ParameterDescriptions.Any(
        p => p.ParameterDescriptor?.BindingInfo?.EmptyBodyBehavior == EmptyBodyBehavior.Allow);

    private static IOpenApiSchema AnyOf(IOpenApiSchema[] forms) => forms is [var only] ? only : new OpenApiSchema { AnyOf = [.. forms] };
}
