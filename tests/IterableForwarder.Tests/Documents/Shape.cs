using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace IterableForwarder.Tests.Documents;

/// <summary>Compares an example of prose with a live answer: names and types at every level, and values that do not change from run to run.</summary>
internal static partial class Shape
{
    private const string Elided = "…";

    /// <summary>Values that depend on the moment or on the machine.</summary>
    private static readonly string[] Passing = ["timestamp_ms", "oldestPendingSeconds", "ratePerSecond", "listId", "lists", "traceId"];

    /// <summary>The example as JSON: what prose leaves out is <c>…</c>, as a member of an object or as an object's whole content.</summary>
    public static JsonNode Read(string example)
    {
        var count = 0;
        return JsonNode.Parse(Left().Replace(example, m => $"{m.Groups[1].Value}\"{Elided}{count++}\":0{m.Groups[2].Value}"))!;
    }

    public static IEnumerable<string> Differences(JsonNode? example, JsonNode? live, string at = "$")
    {
        if (KindOf(example) != KindOf(live)) return [$"{at}: {example?.ToJsonString() ?? "null"} is {live?.ToJsonString() ?? "null"}"];
        return (example, live) switch
        {
            (JsonObject shown, JsonObject actual) => DifferencesOf(shown, actual, at),
            (JsonArray shown, JsonArray actual) when shown.Count != actual.Count => [$"{at}: {shown.Count} items are {actual.Count}"],
            (JsonArray shown, JsonArray actual) => shown.Zip(actual).SelectMany((pair, i) => Differences(pair.First, pair.Second, $"{at}[{i}]")),
            (JsonValue shown, JsonValue actual) when !IsPassing(shown, at) && shown.ToJsonString() != actual.ToJsonString() => [$"{at}: {shown} is {actual}"],
            _ => [],
        };
    }

    private static IEnumerable<string> DifferencesOf(JsonObject shown, JsonObject actual, string at)
    {
        var isWhole = !shown.Any(p => IsElided(p.Key));
        foreach (var (name, value) in shown.Where(p => !IsElided(p.Key)))
        {
            if (!actual.TryGetPropertyValue(name, out var found)) yield return $"{at}.{name} is not in the answer";
            else foreach (var difference in Differences(value, found, $"{at}.{name}")) yield return difference;
        }
        if (!isWhole) yield break;
        foreach (var name in actual.Select(p => p.Key).Where(name => !shown.ContainsKey(name))) yield return $"{at}.{name} is missing in the example";
    }

    private static bool IsElided(string name) => name.StartsWith(Elided, StringComparison.Ordinal);

    private static bool IsPassing(JsonValue shown, string at) => Passing.Any(name => at.EndsWith($".{name}", StringComparison.Ordinal))
        || (shown.TryGetValue<string>(out var text) && (text.Contains(Elided, StringComparison.Ordinal) || IsTime(text)));

    private static bool IsTime(string text) => DateTimeOffset.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);

    private static JsonValueKind KindOf(JsonNode? node) => node?.GetValueKind() switch
    {
        null => JsonValueKind.Null,
        JsonValueKind.False => JsonValueKind.True,
        { } kind => kind,
    };

    [GeneratedRegex("([{,])…([,}])")]
    private static partial Regex Left();
}
