using IterableForwarder.Http;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration.Streams;

/// <summary>Finds every fault in the definition of a stream. Pure.</summary>
/// <param name="faults">Receives each with the path to it, and has what the reader of the request has found.</param>
internal sealed class StreamCheck(Faults faults)
{
    private const int MostProperties = 200;
    private const int MostSelections = 1000;
    private const int MostFilters = 100;
    private const int MostValues = 1000;
    private const string UserPrefix = PropertyPath.UserProperties + ".";

    public void Check(StreamSettings settings)
    {
        CheckIdentifier(settings.Identifier);
        foreach (var (key, path) in settings.Mappings) CheckMapping(key, path, settings.Identifier.Type is { } type ? StreamWords.IdentifierTypes[type] : null);
        CheckEvents(settings.Events);
        CheckProperties("users.properties", settings.Users.Properties, ofUsers: true);
    }

    private void CheckIdentifier(StreamIdentifier identifier)
    {
        if (identifier == new StreamIdentifier())
        {
            faults.Add("identifier", "is required: the property that says who it was, and its type");
            return;
        }
        CheckPath("identifier.property", identifier.Property);
        CheckWord("identifier.type", identifier.Type, StreamWords.IdentifierTypes);
    }

    private void CheckMapping(string key, string path, string? identifierType)
    {
        var at = $"mappings.{key}";
        if (key is not ("userId" or "email" or "campaignId" or "templateId")) faults.Add(at, "is no mapping there is: userId, email, campaignId, templateId");
        else if (key == identifierType) faults.Add(at, $"collides with the identifier, which is the {key} already");
        else CheckPath(at, path);
    }

    private void CheckEvents(StreamEvents events)
    {
        var include = events.Include;
        if (include.Count > MostSelections) faults.Add("events.include", $"must be at most {MostSelections}");
        for (var i = 0; i < Math.Min(include.Count, MostSelections); i++) CheckSelection($"events.include[{i}]", include[i]);
        CheckProperties("events.properties", events.Properties, ofUsers: false);
    }

    private void CheckSelection(string at, EventSelection? selection)
    {
        if (string.IsNullOrWhiteSpace(selection?.EventType)) faults.Add($"{at}.eventType", "is required");
        else if (selection.EventType.Length > Rules.MostCharacters) faults.Add($"{at}.eventType", $"must have at most {Rules.MostCharacters} characters");
        var filters = selection?.Filters ?? [];
        if (filters.Count > MostFilters) faults.Add($"{at}.filters", $"must be at most {MostFilters}");
        for (var i = 0; i < Math.Min(filters.Count, MostFilters); i++) CheckFilter($"{at}.filters[{i}]", filters[i]);
    }

    private void CheckFilter(string at, EventFilter? filter)
    {
        CheckPath($"{at}.property", filter?.Property);
        var values = filter?.Values ?? [];
        if (values.Count > MostValues) faults.Add($"{at}.values", $"must be at most {MostValues}");
        for (var i = 0; i < Math.Min(values.Count, MostValues); i++)
        {
            if (values[i] is null) faults.Add($"{at}.values[{i}]", "must be a text, a number, true or false");
        }
        CheckWord($"{at}.op", filter?.Op, StreamWords.Operators);
        if (filter?.Op is not { } op) return;
        if (op is FilterOperator.Set or FilterOperator.NotSet && values.Count > 0) faults.Add($"{at}.values", $"must be left out for {StreamWords.Operators[op]}");
        else if (op is FilterOperator.Greater or FilterOperator.Less && values.Count != 1) faults.Add($"{at}.values", $"must be one value for {StreamWords.Operators[op]}");
        else if (op is not (FilterOperator.Set or FilterOperator.NotSet) && values.Count == 0) faults.Add($"{at}.values", "is required: one value or more");
    }

    private void CheckProperties(string at, IReadOnlyList<string> properties, bool ofUsers)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        if (properties.Count > MostProperties) faults.Add(at, $"must be at most {MostProperties}");
        for (var i = 0; i < Math.Min(properties.Count, MostProperties); i++)
        {
            var text = properties[i];
            if (CheckPath($"{at}[{i}]", text) is not { } path) continue;
            if (ofUsers && !text.StartsWith(UserPrefix, StringComparison.Ordinal)) faults.Add($"{at}[{i}]", $"must begin with {UserPrefix}");
            else if (!names.TryAdd(path.Name, text)) faults.Add($"{at}[{i}]", $"collides with {names[path.Name]}: both would be called {path.Name}");
        }
    }

    private PropertyPath? CheckPath(string at, string? text)
    {
        if (PropertyPath.TryParse(text, out var path, out var wrong)) return path;
        faults.Add(at, wrong);
        return null;
    }

    private void CheckWord<TEnum>(string at, TEnum? word, Words<TEnum> words)
        where TEnum : struct, Enum
    {
        // a word that nobody knows was named already
        if (word is null && !faults.Has(at)) faults.Add(at, $"is required: one of {words.Allowed}");
    }
}
