using System.Globalization;
using System.Text;
using System.Text.Json;
using IterableForwarder.Ingress.Json;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress.Amplitude.Streams;

/// <summary>Which events are wanted. Says of one that is not, what stops it, by its path in the stream's definition.</summary>
internal sealed class EventFilters
{
    private const string Nowhere = "events.include";

    private readonly List<Selection> _selections = [];

    public EventFilters(IReadOnlyList<EventSelection> include)
    {
        for (var i = 0; i < include.Count; i++) _selections.Add(new(i, include[i].EventType, [.. include[i].Filters.Select(f => new Filter(f))]));
    }

    /// <summary>An operation of Amplitude's protocol on a user or a group, which nobody did: an event only where its type is named exactly.</summary>
    public static bool IsOperation(AmplitudeMessage message) =>
        message.EventType.Span.SequenceEqual("$identify"u8) || message.EventType.Span.SequenceEqual("$groupidentify"u8);

    /// <summary>Null for an event that is wanted; of several selections of its type the first that stops it is named.</summary>
    public string? FindObstacle(string eventType, AmplitudeMessage message)
    {
        if (_selections.Count == 0) return IsOperation(message) ? Nowhere : null;
        string? stop = null;
        foreach (var selection in _selections.Where(s => s.EventType == eventType))
        {
            var failed = selection.Filters.FindIndex(f => !f.Holds(message));
            if (failed < 0) return null;
            stop ??= $"{Nowhere}[{selection.Index}].filters[{failed}]";
        }
        return stop ?? Nowhere;
    }

    private sealed record Selection(int Index, string EventType, List<Filter> Filters);

    private sealed class Filter(EventFilter filter)
    {
        private readonly Locator _property = new(filter.Property);

        public bool Holds(AmplitudeMessage message)
        {
            var value = _property.Find(message);
            return filter.Op switch
            {
                FilterOperator.Set => AmplitudeMessage.TypeOf(value) is not (JsonTokenType.None or JsonTokenType.Null),
                FilterOperator.NotSet => AmplitudeMessage.TypeOf(value) is JsonTokenType.None or JsonTokenType.Null,
                FilterOperator.Is => Any(value, IsEqual),
                FilterOperator.IsNot => !Any(value, IsEqual),
                FilterOperator.Contains => Any(value, (text, wanted) => text.Contains(wanted, StringComparison.Ordinal)),
                FilterOperator.NotContains => !Any(value, (text, wanted) => text.Contains(wanted, StringComparison.Ordinal)),
                FilterOperator.Greater => Any(value, (text, wanted) => Compare(text, wanted) > 0),
                FilterOperator.Less => Any(value, (text, wanted) => Compare(text, wanted) < 0),
                _ => throw new InvalidOperationException($"Unknown operator {filter.Op}."),
            };
        }

        /// <summary>Of a list, any element will do.</summary>
        private bool Any(ReadOnlyMemory<byte> value, Func<string, string, bool> fits) =>
            TextsOf(value).Exists(text => filter.Values.Any(wanted => fits(text, wanted)));

        /// <summary>The value as text, or those in a list; what is missing, null or an object has none.</summary>
        private static List<string> TextsOf(ReadOnlyMemory<byte> value)
        {
            var texts = new List<string>();
            if (value.IsEmpty) return texts;
            var reader = JsonValues.ReaderOf(value);
            if (reader.TokenType != JsonTokenType.StartArray)
            {
                Add(texts, ref reader);
                return texts;
            }
            while (JsonValues.NextElement(ref reader))
            {
                Add(texts, ref reader);
                reader.Skip();
            }
            return texts;
        }

        private static void Add(List<string> texts, ref Utf8JsonReader reader)
        {
            var text = reader.TokenType switch
            {
                JsonTokenType.String => JsonValues.TextOrNull(ref reader),
                JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False => Encoding.UTF8.GetString(reader.ValueSpan),
                _ => null,
            };
            if (text is not null) texts.Add(text);
        }

        private static bool IsEqual(string text, string wanted) => text == wanted || (TryNumber(text, out var one) && TryNumber(wanted, out var other) && one == other);

        private static int Compare(string text, string wanted) =>
            TryNumber(text, out var one) && TryNumber(wanted, out var other) ? one.CompareTo(other) : string.CompareOrdinal(text, wanted);

        /// <summary>Exact to 28 digits, which no measure of a product's use comes near.</summary>
        private static bool TryNumber(string text, out decimal number) =>
            decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out number);
    }
}
