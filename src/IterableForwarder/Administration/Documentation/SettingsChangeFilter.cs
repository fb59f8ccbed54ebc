using IterableForwarder.Administration.Requests;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace IterableForwarder.Administration.Documentation;

/// <summary>Shows the body of a PUT or a PATCH as the settings that it changes.</summary>
internal sealed class SettingsChangeFilter : IOperationFilter, IDocumentFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (context.ApiDescription.ParameterDescriptions.FirstOrDefault(p => p.Type?.IsAssignableTo(typeof(ISettingsChange)) == true)?.Type is not { } change) return;
        if (operation.RequestBody?.Content is not { } content) return;
        if (context.ApiDescription.HttpMethod != HttpMethods.Patch) content.Remove(OperatorBodyFormatter.MergePatch);
        var settings = context.SchemaGenerator.GenerateSchema(change.GetGenericArguments()[0], context.SchemaRepository);
        foreach (var media in content.Values) media.Schema = settings;
    }

    /// <summary>The type of the change itself is of no use to a caller.</summary>
    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        foreach (var name in context.SchemaRepository.Schemas.Keys.Where(n => n.StartsWith("SettingsChangeOf", StringComparison.Ordinal)).ToList())
        {
            context.SchemaRepository.Schemas.Remove(name);
            swaggerDoc.Components?.Schemas?.Remove(name);
        }
    }
}
