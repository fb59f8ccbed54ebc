using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace IterableForwarder.Administration.Documentation;

/// <summary>Puts the groups in the order in which an operator meets them; a group without a place here comes last.</summary>
internal sealed class TagOrderFilter : IDocumentFilter
{
    private static readonly string[] Order = ["Projects", "Connections", "Streams", "Ingest", "Outcomes", "Members", "Keys"];

    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        var used = swaggerDoc.Paths.SelectMany(p => p.Value.Operations ?? []).SelectMany(o => o.Value.Tags ?? new HashSet<OpenApiTagReference>()).Select(t => t.Name).OfType<string>();
        var described = (swaggerDoc.Tags ?? new HashSet<OpenApiTag>()).ToDictionary(t => t.Name ?? "");
        var names = used.Concat(described.Keys).Distinct().OrderBy(name => Array.IndexOf(Order, name) is >= 0 and var place ? place : Order.Length);
        swaggerDoc.Tags = new HashSet<OpenApiTag>(names.Select(name => described.GetValueOrDefault(name) ?? new OpenApiTag { Name = name }));
    }
}
