using System.Reflection;
using IterableForwarder.Administration.Requests;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace IterableForwarder.Administration.Documentation;

/// <summary>
/// Shows the body of a PUT or a PATCH as the settings that it changes. A PUT requires what <see cref="NeededInPutAttribute"/> marks; a
/// PATCH requires nothing.
/// </summary>
internal sealed class SettingsChangeFilter : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (context.ApiDescription.ParameterDescriptions.FirstOrDefault(p => p.Type?.IsAssignableTo(typeof(ISettingsChange)) == true)?.Type is not { } change) return;
        if (operation.RequestBody?.Content is not { } content) return;
        var isPatch = context.ApiDescription.HttpMethod == HttpMethods.Patch;
        if (!isPatch) content.Remove(OperatorBodyFormatter.MergePatch);
        var schema = SchemaOf(change.GetGenericArguments()[0], isPatch, context);
        foreach (var media in content.Values) media.Schema = schema;
    }

    private static OpenApiSchemaReference SchemaOf(Type settings, bool isPatch, OperationFilterContext context)
    {
        var repository = context.SchemaRepository;
        var all = context.SchemaGenerator.GenerateSchema(settings, repository);
        var name = settings.Name.Replace("Replacement", isPatch ? "Patch" : "Put", StringComparison.Ordinal);
        repository.Schemas[name] = isPatch ? PatchOf(ObjectOf(all, repository)!, settings, repository) : PutOf(ObjectOf(all, repository)!, settings, repository);
        return new OpenApiSchemaReference(name, context.Document);
    }

    /// <summary>Objects are merged, so nothing within them is required either. Lists are replaced whole: their items stay as they are.</summary>
    private static OpenApiSchema PatchOf(OpenApiSchema schema, Type type, SchemaRepository repository)
    {
        var patch = CopyOf(schema);
        foreach (var (property, name) in PropertiesOf(type, patch))
        {
            var shown = patch.Properties![name];
            if (ObjectOf(shown, repository) is { } inner) patch.Properties[name] = PatchOf(inner, property.PropertyType, repository);
            else if (shown is OpenApiSchema { AdditionalProperties: OpenApiSchema } map) patch.Properties[name] = MapWithNulls(map);
        }
        return patch;
    }

    private static OpenApiSchema PutOf(OpenApiSchema schema, Type type, SchemaRepository repository)
    {
        var put = CopyOf(schema);
        foreach (var (property, name) in PropertiesOf(type, put))
        {
            if (ObjectOf(put.Properties![name], repository) is { } inner) put.Properties[name] = PutOf(inner, property.PropertyType, repository);
            if (property.GetCustomAttribute<NeededInPutAttribute>() is not { } needed) continue;
            put.Properties[name] = PropertiesFilter.SetNull(put.Properties[name], needed.MayBeNull, repository);
            if (needed.Or is null) put.Required!.Add(name);
        }
        return put;
    }

    /// <summary>Null for anything but an object with properties.</summary>
    private static OpenApiSchema? ObjectOf(IOpenApiSchema schema, SchemaRepository repository)
    {
        if (schema is OpenApiSchemaReference reference) schema = repository.Schemas[reference.Reference.Id!];
        return schema is OpenApiSchema { Properties.Count: > 0 } known ? known : null;
    }

    private static OpenApiSchema CopyOf(OpenApiSchema schema)
    {
        var copy = (OpenApiSchema)schema.CreateShallowCopy();
        copy.Required = new SortedSet<string>(StringComparer.Ordinal);
        copy.Properties = copy.Properties!.ToDictionary(p => p.Key, p => p.Value.CreateShallowCopy());
        return copy;
    }

    /// <summary>In a merge patch, null takes a name out of the map.</summary>
    private static OpenApiSchema MapWithNulls(OpenApiSchema map)
    {
        var value = (OpenApiSchema)map.AdditionalProperties!.CreateShallowCopy();
        value.Type |= JsonSchemaType.Null;
        map.AdditionalProperties = value;
        return map;
    }

    private static IEnumerable<(PropertyInfo Property, string Name)> PropertiesOf(Type type, OpenApiSchema schema) => type.GetProperties()
        .Select(p => (Property: p, Name: PropertiesFilter.NameOf(p)))
        .Where(p => schema.Properties!.ContainsKey(p.Name));
}
