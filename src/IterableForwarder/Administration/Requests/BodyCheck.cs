using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using IterableForwarder.Http;

namespace IterableForwarder.Administration.Requests;

/// <summary>Finds the fields of a body that its type does not have, and those that a PUT leaves out. Each is named with its path.</summary>
/// <param name="options">Say how the type is read.</param>
/// <param name="errors">Receives what is found.</param>
internal sealed class BodyCheck(JsonSerializerOptions options, ValidationErrors errors)
{
    private const string Missing = "is required by PUT, which replaces all settings; use PATCH to change single settings";

    /// <param name="body">The body, or a part of it.</param>
    /// <param name="type">What it is read as.</param>
    /// <param name="shown">The answer's type for the same: what only that has is ignored. Null for none.</param>
    /// <param name="isWhole">Whether the settings that a PUT needs have to be there.</param>
    public void Check(JsonElement body, Type type, Type? shown, bool isWhole) => Check("", body, type, shown, isWhole);

    private void Check(string path, JsonElement value, Type type, Type? shown, bool isWhole)
    {
        var info = options.GetTypeInfo(type);
        if (info.Kind == JsonTypeInfoKind.Object && value.ValueKind == JsonValueKind.Object)
        {
            CheckFields(path, value, info, shown, isWhole);
            if (isWhole) CheckWhole(path, value, info);
        }
        else if (info.Kind == JsonTypeInfoKind.Enumerable && value.ValueKind == JsonValueKind.Array)
        {
            var (i, shownItem) = (0, shown is null ? null : options.GetTypeInfo(shown).ElementType);
            foreach (var item in value.EnumerateArray()) Check($"{path}[{i++}]", item, info.ElementType!, shownItem, isWhole);
        }
    }

    private void CheckFields(string path, JsonElement value, JsonTypeInfo info, Type? shown, bool isWhole)
    {
        foreach (var field in value.EnumerateObject())
        {
            var at = PathOf(path, field.Name);
            var shownType = shown is null ? null : TypeOf(options.GetTypeInfo(shown), field.Name);
            if (TypeOf(info, field.Name) is { } type) Check(at, field.Value, type, shownType, isWhole);
            else if (shownType is null) errors.Add(at, $"is not a known field; known fields are {string.Join(", ", info.Properties.Select(p => p.Name))}");
        }
    }

    private void CheckWhole(string path, JsonElement value, JsonTypeInfo info)
    {
        foreach (var property in info.Properties)
        {
            var needed = property.AttributeProvider?.GetCustomAttributes(typeof(NeededInPutAttribute), true).OfType<NeededInPutAttribute>().FirstOrDefault();
            if (needed is null) continue;
            var isThere = value.TryGetProperty(property.Name, out var found) && (needed.MayBeNull || found.ValueKind != JsonValueKind.Null);
            if (!isThere && (needed.Or is null || !value.TryGetProperty(needed.Or, out _))) errors.Add(PathOf(path, property.Name), Missing);
        }
    }

    private static Type? TypeOf(JsonTypeInfo info, string name) => info.Properties.FirstOrDefault(p => p.Name == name)?.PropertyType;

    private static string PathOf(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
