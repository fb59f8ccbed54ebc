using System.Buffers.Text;
using System.Text.Json;

namespace Iterable.Sandbox.Fields;

/// <summary>What a field holds. The first value sent decides, for the project and for good.</summary>
internal enum FieldKind
{
    String,
    Date,
    Number,
    Boolean,
    Object,
    Array,
}

internal static class FieldKinds
{
    /// <summary>Null for a JSON null, which fits any field and fixes none.</summary>
    public static FieldKind? Of(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => IsDate(reader.ValueSpan) ? FieldKind.Date : FieldKind.String,
        JsonTokenType.Number => FieldKind.Number,
        JsonTokenType.True or JsonTokenType.False => FieldKind.Boolean,
        JsonTokenType.StartObject => FieldKind.Object,
        JsonTokenType.StartArray => FieldKind.Array,
        _ => null,
    };

    /// <summary>A text field takes anything written as text; a date field takes dates only.</summary>
    public static bool Takes(this FieldKind expected, FieldKind incoming) =>
        incoming == expected || (expected == FieldKind.String && incoming == FieldKind.Date);

    public static string Name(this FieldKind kind) => kind switch
    {
        FieldKind.String => "string",
        FieldKind.Date => "date",
        FieldKind.Number => "number",
        FieldKind.Boolean => "boolean",
        FieldKind.Object => "object",
        FieldKind.Array => "array",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>
    /// The types that Iterable reads a value as, in its words. Recorded for text only: <c>["string","keyword"]</c>; the other kinds
    /// follow Elasticsearch, whose names those are.
    /// </summary>
    public static IReadOnlyList<string> Readings(this FieldKind kind) => kind == FieldKind.String ? ["string", "keyword"] : [kind.Name()];

    // yyyy-MM-dd HH:mm:ss +00:00
    private static bool IsDate(ReadOnlySpan<byte> text) =>
        text.Length == 26 && text[4] == '-' && text[7] == '-' && text[10] == ' ' && text[13] == ':' && text[16] == ':' && text[19] == ' '
        && (text[20] == '+' || text[20] == '-') && text[23] == ':' && Utf8Parser.TryParse(text[..4], out int _, out var used) && used == 4;
}
