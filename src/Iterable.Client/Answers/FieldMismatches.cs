using System.Text.Json;
using Iterable.Client.Results;

namespace Iterable.Client.Answers;

/// <summary>Reads <c>params.validationErrors</c>: an object with an entry for each field.</summary>
internal static class FieldMismatches
{
    /// <summary>More than a caller can make use of, and a bound on what a strange answer costs.</summary>
    private const int MaxFields = 100;

    public static IReadOnlyList<FieldMismatch> Read(JsonElement validationErrors)
    {
        if (validationErrors.ValueKind != JsonValueKind.Object)
            return [];
        return [.. validationErrors.EnumerateObject().Take(MaxFields).Select(Read).OfType<FieldMismatch>()];
    }

    private static FieldMismatch? Read(JsonProperty entry)
    {
        if (JsonReading.Name(entry) is not { Length: > 0 } field || entry.Value.ValueKind != JsonValueKind.Object)
            return null;
        var incoming = JsonReading.Get(entry.Value, "incomingTypes");
        return new FieldMismatch(
            field,
            JsonReading.Text(JsonReading.Get(entry.Value, "expectedType")),
            incoming.ValueKind == JsonValueKind.Array ? [.. incoming.EnumerateArray().Select(JsonReading.Text).OfType<string>()] : [],
            JsonReading.Text(JsonReading.Get(entry.Value, "offendingValue")));
    }
}
