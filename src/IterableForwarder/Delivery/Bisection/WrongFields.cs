using System.Globalization;
using System.Text.Json;
using Iterable.Client.Results;
using IterableForwarder.Changes;
using IterableForwarder.Delivery.Calls;
using IterableForwarder.Planning;

namespace IterableForwarder.Delivery.Bisection;

/// <summary>
/// Finds the members whose data fields have a value of a type that Iterable refused. It only sorts the members of a refused call into
/// those who probably made it fail and the others: Iterable judges each part, so that a wrong guess costs a call and rejects nobody.
/// </summary>
internal static class WrongFields
{
    private static readonly string[] DateFormats =
    [
        "yyyy-MM-dd", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss zzz", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:sszzz",
        "yyyy-MM-dd'T'HH:mm:ss.fffzzz", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.fff'Z'",
    ];

    /// <summary>Null when Iterable named no field.</summary>
    public static Func<MemberNode, bool>? MatcherFor(IReadOnlyList<FieldMismatch> mismatches, ChangeKind kind) =>
        mismatches.Count == 0 ? null : node => Matches(CallKinds.Of(kind).DataFieldsOf(node), mismatches);

    /// <param name="dataFields">A JSON object, or empty for none.</param>
    public static bool Matches(ReadOnlyMemory<byte> dataFields, IReadOnlyList<FieldMismatch> mismatches)
    {
        if (dataFields.IsEmpty) return false;
        try
        {
            using var fields = JsonDocument.Parse(dataFields);
            return mismatches.Any(mismatch => ValuesAt(fields.RootElement, mismatch.Field).Any(value => IsWrong(value, mismatch)));
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            // Half a surrogate pair, for example: what cannot be compared is left to the search.
            return false;
        }
    }

    /// <summary>A name may have dots of its own, and arrays are looked through, as Iterable's paths do not mention them.</summary>
    private static IEnumerable<JsonElement> ValuesAt(JsonElement element, string path) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().SelectMany(item => ValuesAt(item, path)),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property => ValuesAt(property, path)),
        _ => [],
    };

    private static IEnumerable<JsonElement> ValuesAt(JsonProperty property, string path)
    {
        if (property.NameEquals(path)) return [property.Value];
        var name = property.Name;
        var isAbove = path.Length > name.Length && path[name.Length] == '.' && path.StartsWith(name, StringComparison.Ordinal);
        return isAbove ? ValuesAt(property.Value, path[(name.Length + 1)..]) : [];
    }

    private static bool IsWrong(JsonElement value, FieldMismatch mismatch)
    {
        if (value.ValueKind == JsonValueKind.Null) return false;
        if (TextOf(value) is { } text && text == mismatch.OffendingValue) return true;
        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().Any(item => IsWrong(item, mismatch))) return true;
        if (mismatch.ExpectedType is { } expected && IsOf(value, expected) == true) return false;
        var readings = mismatch.IncomingTypes.Select(type => IsOf(value, type)).ToList();
        return readings.Count == 0 ? mismatch.ExpectedType is not null : readings.Any(isOf => isOf == true);
    }

    /// <summary>By the names of Elasticsearch, which Iterable's answers use. Null for a type that is not known here.</summary>
    private static bool? IsOf(JsonElement value, string type) => type switch
    {
        "string" or "keyword" or "text" => value.ValueKind == JsonValueKind.String,
        "date" => value.ValueKind == JsonValueKind.String && IsDate(value.GetString()!),
        "long" or "integer" or "int" or "short" or "byte" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "double" or "float" or "number" => value.ValueKind == JsonValueKind.Number,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "object" or "nested" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        _ => null,
    };

    private static bool IsDate(string text) =>
        DateTimeOffset.TryParseExact(text, DateFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => null,
    };
}
