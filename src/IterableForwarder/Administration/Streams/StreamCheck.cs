using IterableForwarder.Http;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration.Streams;

/// <summary>Finds every error in the definition of a stream. Pure.</summary>
/// <param name="errors">Receives each with the path to it, and has what the reader of the request has found.</param>
internal sealed class StreamCheck(ValidationErrors errors)
{
    private const int MaxProperties = 200;
    private const int MaxSelections = 1000;
    private const int MaxFilters = 100;
    private const int MaxValues = 1000;
    private const string UserPrefix = PropertyPath.UserProperties + ".";

    public void Check(StreamSettings settings)
    {
        CheckIdentifier(settings.Identifier);
        foreach (var (key, path) in settings.Mappings) CheckMapping(key, path, settings.Identifier.Type is { } type ? SettingsWords.IdentifierTypes[type] : null);
        CheckEvents(settings.Events);
        CheckProperties("users.properties", settings.Users.Properties, ofUsers: true);
    }

    private void CheckIdentifier(StreamIdentifier identifier)
    {
        if (identifier == new StreamIdentifier())
        {
            errors.Add("identifier", "is required: the property that says who it was, and its type");
            return;
        }
        CheckPath("identifier.property", identifier.Property);
        CheckWord("identifier.type", identifier.Type, SettingsWords.IdentifierTypes);
    }

    private void CheckMapping(string key, string path, string? identifierType)
    {
        var at = $"mappings.{key}";
        if (key is not ("userId" or "email" or "campaignId" or "templateId")) errors.Add(at, "is not a known mapping; known mappings are userId, email, campaignId, templateId");
        else if (key == identifierType) errors.Add(at, $"collides with the identifier, which is the {key} already");
        else CheckPath(at, path);
    }

    private void CheckEvents(StreamEvents events)
    {
        var include = events.Include;
        if (include.Count > MaxSelections) errors.Add("events.include", $"must be at most {MaxSelections}");
        for (var i = 0; i < Math.Min(include.Count, MaxSelections); i++) CheckSelection($"events.include[{i}]", include[i]);
        CheckProperties("events.properties", events.Properties, ofUsers: false);
    }

    private void CheckSelection(string at, EventSelection? selection)
    {
        if (string.IsNullOrWhiteSpace(selection?.EventType)) errors.Add($"{at}.eventType", "is required");
        else if (selection.EventType.Length > Rules.MaxCharacters) errors.Add($"{at}.eventType", $"must have at most {Rules.MaxCharacters} characters");
        var filters = selection?.Filters ?? [];
        if (filters.Count > MaxFilters) errors.Add($"{at}.filters", $"must be at most {MaxFilters}");
        for (var i = 0; i < Math.Min(filters.Count, MaxFilters); i++) CheckFilter($"{at}.filters[{i}]", filters[i]);
    }

    private void CheckFilter(string at, EventFilter? filter)
    {
        CheckPath($"{at}.property", filter?.Property);
        var values = filter?.Values ?? [];
        if (values.Count > MaxValues) errors.Add($"{at}.values", $"must be at most {MaxValues}");
        for (var i = 0; i < Math.Min(values.Count, MaxValues); i++)
        {
            if (values[i] is null) errors.Add($"{at}.values[{i}]", "must be a text, a number, true or false");
        }
        CheckWord($"{at}.op", filter?.Op, SettingsWords.FilterOperators);
        if (filter?.Op is not { } op) return;
        if (op is FilterOperator.Set or FilterOperator.NotSet && values.Count > 0) errors.Add($"{at}.values", $"must be left out for {SettingsWords.FilterOperators[op]}");
        else if (op is FilterOperator.Greater or FilterOperator.Less && values.Count != 1) errors.Add($"{at}.values", $"must be one value for {SettingsWords.FilterOperators[op]}");
        else if (op is not (FilterOperator.Set or FilterOperator.NotSet) && values.Count == 0) errors.Add($"{at}.values", "is required: one value or more");
    }

    private void CheckProperties(string at, IReadOnlyList<string> properties, bool ofUsers)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        if (properties.Count > MaxProperties) errors.Add(at, $"must be at most {MaxProperties}");
        for (var i = 0; i < Math.Min(properties.Count, MaxProperties); i++)
        {
            var text = properties[i];
            if (CheckPath($"{at}[{i}]", text) is not { } path) continue;
            if (ofUsers && !text.StartsWith(UserPrefix, StringComparison.Ordinal)) errors.Add($"{at}[{i}]", $"must begin with {UserPrefix}");
            else if (!names.TryAdd(path.Name, text)) errors.Add($"{at}[{i}]", $"collides with {names[path.Name]}: both would be called {path.Name}");
        }
    }

    private PropertyPath? CheckPath(string at, string? text)
    {
        if (PropertyPath.TryParse(text, out var path, out var wrong)) return path;
        errors.Add(at, wrong);
        return null;
    }

    private void CheckWord<TEnum>(string at, TEnum? word, Words<TEnum> words)
        where TEnum : struct, Enum
    {
        // a word that nobody knows was named already
        if (word is null && !errors.Has(at)) errors.Add(at, $"is required: one of {words.Allowed}");
    }
}
