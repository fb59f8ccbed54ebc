using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using IterableForwarder.Http.Documentation;
using IterableForwarder.Journal.Settings;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace IterableForwarder.Administration.Documentation;

/// <summary>
/// Says of each property what the serializer makes of it: whether it is always there, whether it may be null, and the words it may be. Code
/// says it by <c>required</c>, by <c>?</c>, by <see cref="JsonIgnoreAttribute"/> and by the attributes of this folder.
/// </summary>
internal sealed class PropertiesFilter : ISchemaFilter
{
    private static readonly NullabilityInfoContext Nullability = new();

    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema is not OpenApiSchema concrete) return;
        if (context.ParameterInfo is { } parameter) SetWords(concrete, parameter.GetCustomAttribute<OneOfAttribute>());
        else if (context.MemberInfo is { } member) SetWords(concrete, member.GetCustomAttribute<OneOfAttribute>());
        if (concrete.Properties is not { Count: > 0 } properties) return;
        // a response may get new fields without a new version of the API, and clients must not refuse them
        concrete.AdditionalPropertiesAllowed = true;
        concrete.Required = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var property in context.Type.GetProperties())
        {
            var name = NameOf(property);
            if (!properties.TryGetValue(name, out var shown)) continue;
            properties[name] = SetNull(shown, IsNullShown(property), context.SchemaRepository);
            // a response shows properties without a setter as well
            if (properties[name] is OpenApiSchema own) own.ReadOnly = false;
            if (IsNumberToo(property)) properties[name] = OrNumber(properties[name]);
            if (IsAlwaysThere(property)) concrete.Required.Add(name);
        }
    }

    public static string NameOf(PropertyInfo property) =>
        property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(property.Name);

    /// <summary>The schema with null among its values or not. A reference cannot say so beside itself, and becomes what it refers to.</summary>
    public static IOpenApiSchema SetNull(IOpenApiSchema schema, bool isNullable, SchemaRepository repository)
    {
        if (schema is OpenApiSchemaReference reference)
        {
            if (!isNullable) return schema;
            schema = repository.Schemas[reference.Reference.Id!].CreateShallowCopy();
        }
        if (schema is not OpenApiSchema { Type: { } type } concrete) return schema;
        concrete.Type = isNullable ? type | JsonSchemaType.Null : type & ~JsonSchemaType.Null;
        if (concrete.Enum is not { Count: > 0 } words) return concrete;
        // OpenAPI 3.0: a value that is not among them is not valid, whatever "nullable" says
        concrete.Enum = [.. words.Where(w => !JsonNullSentinel.IsJsonNullSentinel(w))];
        if (isNullable) concrete.Enum.Add(JsonNullSentinel.JsonNull);
        return concrete;
    }

    private static void SetWords(OpenApiSchema schema, OneOfAttribute? oneOf)
    {
        if (oneOf is null) return;
        var target = schema.Items as OpenApiSchema ?? schema;
        target.Enum = [.. Vocabularies.WordsOf(oneOf).Select(word => (JsonNode)JsonValue.Create(word))];
    }

    private static OpenApiSchema OrNumber(IOpenApiSchema text) => new()
    {
        Description = text.Description,
        AnyOf = [new OpenApiSchema { Type = text.Type }, new OpenApiSchema { Type = JsonSchemaType.Number }],
    };

    private static bool IsNumberToo(PropertyInfo property) => property.IsDefined(typeof(OrNumberAttribute));

    /// <summary>What is left out when it is null is never shown as null.</summary>
    private static bool IsNullShown(PropertyInfo property) =>
        IsNullable(property) && !IsLeftOutAsNull(property) && !property.IsDefined(typeof(NeededAttribute));

    private static bool IsAlwaysThere(PropertyInfo property)
    {
        if (IsLeftOutAsNull(property)) return false;
        if (IsSetting(property)) return true;
        if (property.IsDefined(typeof(NeededAttribute)) || property.IsDefined(typeof(RequiredMemberAttribute))) return true;
        if (ParameterOf(property) is { } parameter) return !parameter.HasDefaultValue;
        return !IsNullable(property);
    }

    /// <summary>A response shows every setting. What a request has to name is another matter, which <see cref="SettingsChangeFilter"/> sees to.</summary>
    private static bool IsSetting(PropertyInfo property) => property.DeclaringType!.Namespace == typeof(ConnectionSettings).Namespace;

    private static ParameterInfo? ParameterOf(PropertyInfo property) => property.DeclaringType!.GetConstructors()
        .SelectMany(c => c.GetParameters())
        .FirstOrDefault(p => p.Name == property.Name && p.ParameterType == property.PropertyType);

    private static bool IsLeftOutAsNull(PropertyInfo property) =>
        property.GetCustomAttribute<JsonIgnoreAttribute>() is { Condition: JsonIgnoreCondition.WhenWritingNull };

    private static bool IsNullable(PropertyInfo property)
    {
        lock (Nullability) return Nullability.Create(property).ReadState == NullabilityState.Nullable;
    }
}
