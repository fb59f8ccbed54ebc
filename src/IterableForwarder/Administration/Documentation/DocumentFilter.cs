using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace IterableForwarder.Administration.Documentation;

/// <summary>Puts the document as a whole in order: the groups, described once, and the schemas that operations use.</summary>
internal sealed class DocumentFilter : IDocumentFilter
{
    /// <summary>In the order in which an operator meets them.</summary>
    private static readonly (string Name, string Description)[] Tags =
    [
        ("Projects", "Iterable projects and their keys."),
        ("Connections", "Each connection is one audience that feeds one Iterable list."),
        ("Streams", "Events and users that go to Iterable as they happen."),
        ("Ingest", "The paths that sources send to."),
        ("Batches", "The accounts of accepted batches, and everyone in them who was not delivered."),
        ("Members", "A person, over everything that is kept."),
        ("Keys", "Keys to this service, beside those of its configuration."),
    ];

    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        swaggerDoc.Tags = new HashSet<OpenApiTag>(Tags.Select(t => new OpenApiTag { Name = t.Name, Description = t.Description }));
        foreach (var (path, item) in swaggerDoc.Paths.Where(p => p.Key.StartsWith("/api/", StringComparison.Ordinal))) Close(path, item, context.SchemaRepository);
        RemoveUnused(swaggerDoc, context.SchemaRepository);
    }

    /// <summary>A field that an operator's request does not have is refused. Ingest paths ignore it.</summary>
    private static void Close(string path, IOpenApiPathItem item, SchemaRepository repository)
    {
        if (path.EndsWith("/members", StringComparison.Ordinal) || path.EndsWith("/preview", StringComparison.Ordinal)) return;
        foreach (var schema in (item.Operations ?? []).Values.SelectMany(o => o.RequestBody?.Content?.Values ?? []).SelectMany(m => ReachableFrom(m.Schema, repository)))
        {
            if (schema.Properties is { Count: > 0 }) schema.AdditionalPropertiesAllowed = false;
        }
    }

    private static void RemoveUnused(OpenApiDocument document, SchemaRepository repository)
    {
        var operations = document.Paths.Values.SelectMany(p => p.Operations ?? []).Select(o => o.Value).ToList();
        var bodies = operations.SelectMany(o => o.RequestBody?.Content?.Values ?? [])
            .Concat(operations.SelectMany(o => (o.Responses ?? []).Values).SelectMany(r => r.Content?.Values ?? []));
        var used = new HashSet<OpenApiSchema>(bodies.SelectMany(m => ReachableFrom(m.Schema, repository)), ReferenceEqualityComparer.Instance);
        foreach (var (name, _) in repository.Schemas.Where(s => s.Value is OpenApiSchema schema && !used.Contains(schema)).ToList())
        {
            repository.Schemas.Remove(name);
            document.Components?.Schemas?.Remove(name);
        }
    }

    private static IEnumerable<OpenApiSchema> ReachableFrom(IOpenApiSchema? schema, SchemaRepository repository)
    {
        if (schema is OpenApiSchemaReference reference) schema = repository.Schemas[reference.Reference.Id!];
        if (schema is not OpenApiSchema concrete) yield break;
        yield return concrete;
        IEnumerable<IOpenApiSchema?> within = [.. concrete.Properties?.Values ?? [], .. concrete.AnyOf ?? [], concrete.Items, concrete.AdditionalProperties];
        foreach (var inner in within.SelectMany(w => ReachableFrom(w, repository))) yield return inner;
    }
}
