using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using IterableForwarder.Http;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration.Requests;

/// <summary>
/// Finds the fields of a body that its type does not have, the words that an enum does not have, and the fields that a PUT leaves out. Each is
/// named with its path.
/// </summary>
/// <param name="options">Say how the type is read.</param>
/// <param name="errors">Receives what is found.</param>
internal sealed class BodyCheck(JsonSerializerOptions options, ValidationErrors errors)
{
    private const string Missing = "is required by PUT, which replaces all settings; use PATCH to change single settings";

    /// <param name="body">The body, or a part of it. Unknown words are taken out, so that the rest can be read and checked.</param>
    /// <param name="type">What it is read as.</param>
    /// <param name="shown">The response's type for the same: what only that has is ignored. Null for none.</param>
    /// <param name="isWhole">Whether the settings that a PUT needs have to be there.</param>
    public void Check(JsonNode? body, Type type, Type? shown, bool isWhole) => Check("", body, type, shown, isWhole);

    private void Check(string path, JsonNode? value, Type type, Type? shown, bool isWhole)
    {
        var info = options.GetTypeInfo(type);
        if (info.Kind == JsonTypeInfoKind.Object && value is JsonObject body)
        {
            if (isWhole) CheckWhole(path, body, info);
            CheckFields(path, body, info, shown, isWhole);
        }
        else if (info.Kind == JsonTypeInfoKind.Enumerable && value is JsonArray list)
        {
            var (i, shownItem) = (0, shown is null ? null : options.GetTypeInfo(shown).ElementType);
            foreach (var item in list) Check($"{path}[{i++}]", item, info.ElementType!, shownItem, isWhole);
        }
    }

    private void CheckFields(string path, JsonObject body, JsonTypeInfo info, Type? shown, bool isWhole)
    {
        foreach (var (name, value) in body.ToList())
        {
            var at = PathOf(path, name);
            var shownType = shown is null ? null : TypeOf(options.GetTypeInfo(shown), name);
            if (TypeOf(info, name) is not { } type)
            {
                if (shownType is null) errors.Add(at, $"is not a known field; known fields are {string.Join(", ", info.Properties.Select(p => p.Name))}");
            }
            else if (WordsOf(type) is { } words && value?.GetValueKind() == JsonValueKind.String && !words.Has((string)value!))
            {
                errors.Add(at, $"must be one of: {words.Allowed}");
                body.Remove(name);
            }
            else
            {
                Check(at, value, type, shownType, isWhole);
            }
        }
    }

    private void CheckWhole(string path, JsonObject body, JsonTypeInfo info)
    {
        foreach (var property in info.Properties)
        {
            var needed = property.AttributeProvider?.GetCustomAttributes(typeof(NeededInPutAttribute), true).OfType<NeededInPutAttribute>().FirstOrDefault();
            if (needed is null) continue;
            var isThere = body.TryGetPropertyValue(property.Name, out var found) && (needed.MayBeNull || found is not null);
            if (!isThere && (needed.Or is null || !body.ContainsKey(needed.Or))) errors.Add(PathOf(path, property.Name), Missing);
        }
    }

    private static Type? TypeOf(JsonTypeInfo info, string name) => info.Properties.FirstOrDefault(p => p.Name == name)?.PropertyType;

    private static IWords? WordsOf(Type type) => SettingsWords.InJson.FirstOrDefault(w => w.Type == (Nullable.GetUnderlyingType(type) ?? type));

    private static string PathOf(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
