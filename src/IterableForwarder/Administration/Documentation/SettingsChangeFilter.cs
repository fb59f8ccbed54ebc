using System.Reflection;
using System.Text.Json.Serialization;
using IterableForwarder.Administration.Requests;
using IterableForwarder.Journal.Settings;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace IterableForwarder.Administration.Documentation;

/// <summary>
/// Shows the body of a POST, PUT or PATCH as the settings that it gives, which the schema describes as they are shown. A POST requires what
/// <see cref="NeededAttribute"/> marks, a PUT what <see cref="NeededInPutAttribute"/> marks, and a PATCH nothing.
/// </summary>
internal sealed class SettingsChangeFilter : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (context.ApiDescription.ParameterDescriptions.FirstOrDefault(p => p.Type?.IsAssignableTo(typeof(ISettingsChange)) == true)?.Type is not { } change) return;
        if (operation.RequestBody?.Content is not { } content) return;
        var form = Enum.Parse<ChangeForm>(context.ApiDescription.HttpMethod!, ignoreCase: true);
        if (form != ChangeForm.Patch) content.Remove(OperatorBodyFormatter.MergePatch);
        var (settings, repository) = (change.GetGenericArguments()[0], context.SchemaRepository);
        var shown = context.SchemaGenerator.GenerateSchema(settings, repository);
        var name = NameOf(settings, form);
        repository.Schemas[name] = RequestOf(ObjectOf(shown, repository)!, settings, form, repository);
        foreach (var media in content.Values) media.Schema = new OpenApiSchemaReference(name, context.Document);
    }

    private static string NameOf(Type settings, ChangeForm form)
    {
        var thing = settings.Name.Replace("Settings", "", StringComparison.Ordinal).Replace("Request", "", StringComparison.Ordinal);
        return form == ChangeForm.Post ? $"New{thing}" : $"{thing}{form}";
    }

    /// <summary>Objects are merged, so a PATCH requires nothing within them either. Lists are replaced whole: their items are new.</summary>
    private static OpenApiSchema RequestOf(OpenApiSchema shown, Type type, ChangeForm form, SchemaRepository repository)
    {
        var request = (OpenApiSchema)shown.CreateShallowCopy();
        request.Required = new SortedSet<string>(StringComparer.Ordinal);
        request.Properties = shown.Properties!.ToDictionary(p => p.Key, p => p.Value.CreateShallowCopy());
        foreach (var property in type.GetProperties())
        {
            var name = PropertiesFilter.NameOf(property);
            if (!request.Properties.TryGetValue(name, out var value)) continue;
            request.Properties[name] = PropertiesFilter.SetNull(ValueOf(value, property.PropertyType, form, repository), MayBeNull(property, form), repository);
            if (IsRequired(property, form)) request.Required.Add(name);
            if (IsPlainTexts(property)) ((OpenApiSchema)request.Properties[name]).Items = new OpenApiSchema();
        }
        return request;
    }

    private static IOpenApiSchema ValueOf(IOpenApiSchema shown, Type type, ChangeForm form, SchemaRepository repository)
    {
        if (ObjectOf(shown, repository) is { } inner) return RequestOf(inner, type, form, repository);
        if (shown is not OpenApiSchema value) return shown;
        if (value.Items is { } items && ObjectOf(items, repository) is { } item) value.Items = RequestOf(item, type.GetGenericArguments()[0], ChangeForm.Post, repository);
        // in a merge patch, null takes a name out of the map
        if (form == ChangeForm.Patch && value.AdditionalProperties is OpenApiSchema map) value.AdditionalProperties = PropertiesFilter.SetNull(map.CreateShallowCopy(), true, repository);
        return value;
    }

    private static bool MayBeNull(PropertyInfo property, ChangeForm form) =>
        form == ChangeForm.Put && property.GetCustomAttribute<NeededInPutAttribute>() is { } needed ? needed.MayBeNull : !property.IsDefined(typeof(NeededAttribute));

    /// <summary>A request may have numbers, true and false among the texts.</summary>
    private static bool IsPlainTexts(PropertyInfo property) => property.GetCustomAttribute<JsonConverterAttribute>()?.ConverterType == typeof(PlainTextsConverter);

    private static bool IsRequired(PropertyInfo property, ChangeForm form) => form switch
    {
        ChangeForm.Post => property.IsDefined(typeof(NeededAttribute)),
        ChangeForm.Put => property.GetCustomAttribute<NeededInPutAttribute>() is { Or: null },
        _ => false,
    };

    /// <summary>Null for anything but an object with properties.</summary>
    private static OpenApiSchema? ObjectOf(IOpenApiSchema schema, SchemaRepository repository)
    {
        if (schema is OpenApiSchemaReference reference) schema = repository.Schemas[reference.Reference.Id!];
        return schema is OpenApiSchema { Properties.Count: > 0 } known ? known : null;
    }
}
