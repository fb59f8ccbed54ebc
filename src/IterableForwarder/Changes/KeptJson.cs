using System.Text.Json;
using System.Text.Unicode;

namespace IterableForwarder.Changes;

/// <summary>
/// JSON out of a body: what is only skipped may be nested as deeply as it likes, what is kept may not, and counts as missing where it is. Pure.
/// </summary>
internal static class KeptJson
{
    /// <summary>Levels of nesting of a body: most readers of JSON give up behind them.</summary>
    private const int MaxBodyDepth = 64;

    /// <summary>Those around a value in a call: the body, the array of members or events, one of them, and its fields.</summary>
    private const int AroundValue = 4;

    /// <summary>Levels of nesting of a value that is kept and sent.</summary>
    public const int MaxDepth = MaxBodyDepth - AroundValue;

    /// <summary>For readers that skip: a level costs one bit.</summary>
    public static JsonReaderOptions AnyDepth { get; } = new() { MaxDepth = int.MaxValue };

    /// <summary>Whether a value can be kept and sent: valid UTF-8, nothing in it but proper text, not too deep. One that is not would spoil the whole call.</summary>
    /// <param name="value">Well-formed JSON.</param>
    public static bool IsKeepable(ReadOnlySpan<byte> value)
    {
        if (!Utf8.IsValid(value)) return false;
        var reader = new Utf8JsonReader(value, AnyDepth);
        while (reader.Read())
        {
            if (IsTooDeep(reader) || (IsText(reader) && reader.ValueIsEscaped && !IsProper(reader))) return false;
        }
        return true;
    }

    /// <summary>Whether a value of proper text is nested too deeply to be sent.</summary>
    /// <param name="value">Well-formed JSON.</param>
    public static bool IsTooDeep(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty || value[0] is not ((byte)'{' or (byte)'[')) return false;
        var reader = new Utf8JsonReader(value, AnyDepth);
        while (reader.Read())
        {
            if (IsTooDeep(reader)) return true;
        }
        return false;
    }

    private static bool IsTooDeep(in Utf8JsonReader reader) =>
        reader.CurrentDepth >= MaxDepth && reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;

    private static bool IsText(in Utf8JsonReader reader) => reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName;

    private static bool IsProper(Utf8JsonReader reader)
    {
        try
        {
            reader.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            // half of a surrogate pair
            return false;
        }
    }
}
