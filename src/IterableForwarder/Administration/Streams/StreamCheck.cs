using System.Text.Json;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration.Streams;

/// <summary>Finds every error in the definition of a stream. Pure.</summary>
/// <param name="error">Receives each with the path to it.</param>
internal sealed class StreamCheck(Action<string, string> error)
{
    private const int MaxProperties = 200;
    private const int MaxSelections = 1000;
    private const int MaxFilters = 100;
    private const int MaxValues = 1000;
    private const string UserPrefix = PropertyPath.UserProperties + ".";

    public void Check(StreamSettings settings)
    {
        CheckIdentifier(settings.Identifier);
        foreach (var (key, path) in settings.Mappings ?? new Dictionary<string, string?>()) CheckMapping(key, path, settings.Identifier?.Type);
        CheckEvents(settings.Events);
        CheckProperties("users.properties", settings.Users?.Properties, ofUsers: true);
    }

    private void CheckIdentifier(IdentifierSetting? identifier)
    {
        if (identifier is null)
        {
            error("identifier", "is required: the property that says who it was, and its type");
            return;
        }
        CheckPath("identifier.property", identifier.Property);
        CheckWord("identifier.type", identifier.Type, StreamWords.IdentifierTypes);
    }

    private void CheckMapping(string key, string? path, string? identifierType)
    {
        var at = $"mappings.{key}";
        if (key is not ("userId" or "email" or "campaignId" or "templateId")) error(at, "is not a known mapping; known mappings are userId, email, campaignId, templateId");
        else if (key == identifierType) error(at, $"collides with the identifier, which is the {key} already");
        else if (path is not null) CheckPath(at, path);
    }

    private void CheckEvents(EventsSetting? events)
    {
        var include = events?.Include ?? [];
        if (include.Count > MaxSelections) error("events.include", $"must be at most {MaxSelections}");
        for (var i = 0; i < Math.Min(include.Count, MaxSelections); i++) CheckSelection($"events.include[{i}]", include[i]);
        CheckProperties("events.properties", events?.Properties, ofUsers: false);
    }

    private void CheckSelection(string at, SelectionSetting? selection)
    {
        if (string.IsNullOrWhiteSpace(selection?.EventType)) error($"{at}.eventType", "is required");
        else if (selection.EventType.Length > Rules.MaxCharacters) error($"{at}.eventType", $"must have at most {Rules.MaxCharacters} characters");
        var filters = selection?.Filters ?? [];
        if (filters.Count > MaxFilters) error($"{at}.filters", $"must be at most {MaxFilters}");
        for (var i = 0; i < Math.Min(filters.Count, MaxFilters); i++) CheckFilter($"{at}.filters[{i}]", filters[i]);
    }

    private void CheckFilter(string at, FilterSetting? filter)
    {
        CheckPath($"{at}.property", filter?.Property);
        var values = filter?.Values ?? [];
        if (values.Count > MaxValues) error($"{at}.values", $"must be at most {MaxValues}");
        for (var i = 0; i < Math.Min(values.Count, MaxValues); i++)
        {
            if (values[i].ValueKind is not (JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False))
                error($"{at}.values[{i}]", "must be a text, a number, true or false");
        }
        if (!CheckWord($"{at}.op", filter?.Op, StreamWords.Operators, out var op)) return;
        if (op is FilterOperator.Set or FilterOperator.NotSet && values.Count > 0) error($"{at}.values", $"must be left out for {filter!.Op}");
        else if (op is FilterOperator.Greater or FilterOperator.Less && values.Count != 1) error($"{at}.values", $"must be one value for {filter!.Op}");
        else if (op is not (FilterOperator.Set or FilterOperator.NotSet) && values.Count == 0) error($"{at}.values", "is required: one value or more");
    }

    private void CheckProperties(string at, IReadOnlyList<string?>? properties, bool ofUsers)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        if (properties?.Count > MaxProperties) error(at, $"must be at most {MaxProperties}");
        for (var i = 0; i < Math.Min(properties?.Count ?? 0, MaxProperties); i++)
        {
            var text = properties![i];
            if (CheckPath($"{at}[{i}]", text) is not { } path) continue;
            if (ofUsers && !text!.StartsWith(UserPrefix, StringComparison.Ordinal)) error($"{at}[{i}]", $"must begin with {UserPrefix}");
            else if (!names.TryAdd(path.Name, text!)) error($"{at}[{i}]", $"collides with {names[path.Name]}: both would be called {path.Name}");
        }
    }

    private PropertyPath? CheckPath(string at, string? text)
    {
        if (PropertyPath.TryParse(text, out var path, out var wrong)) return path;
        error(at, wrong);
        return null;
    }

    private void CheckWord<TEnum>(string at, string? word, Words<TEnum> words)
        where TEnum : struct, Enum => CheckWord(at, word, words, out _);

    private bool CheckWord<TEnum>(string at, string? word, Words<TEnum> words, out TEnum value)
        where TEnum : struct, Enum
    {
        if (words.TryParse(word, out value)) return true;
        error(at, word is null ? $"is required: one of {words.Allowed}" : $"must be one of: {words.Allowed}");
        return false;
    }
}
