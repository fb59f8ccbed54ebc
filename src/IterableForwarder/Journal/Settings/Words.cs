using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using Iterable.Client;
using IterableForwarder.Mapping;

namespace IterableForwarder.Journal.Settings;

/// <summary>The words of the contract for some enum.</summary>
internal interface IWords
{
    /// <summary>The enum.</summary>
    Type Type { get; }

    IReadOnlyList<string> All { get; }

    /// <summary>Every word, for a message.</summary>
    string Allowed { get; }

    bool Has(string word);

    /// <summary>Reads and writes the values as these words; refuses any other.</summary>
    JsonConverter Converter { get; }
}

/// <summary>The words of the contract for the values of an enum, alike in JSON and in the store. Compared exactly unless said otherwise.</summary>
internal sealed class Words<T> : IWords
    where T : struct, Enum
{
    private readonly FrozenDictionary<string, T> _values;
    private readonly FrozenDictionary<T, string> _words;

    public Words(params ReadOnlySpan<(string Word, T Value)> pairs)
        : this(StringComparer.Ordinal, pairs)
    {
    }

    /// <param name="comparer">How a word is compared.</param>
    /// <param name="pairs">Each word with its value.</param>
    public Words(StringComparer comparer, params ReadOnlySpan<(string Word, T Value)> pairs)
    {
        var all = pairs.ToArray();
        _values = all.ToFrozenDictionary(p => p.Word, p => p.Value, comparer);
        _words = all.ToFrozenDictionary(p => p.Value, p => p.Word);
        All = [.. all.Select(p => p.Word)];
        Allowed = string.Join(", ", All);
    }

    public Type Type => typeof(T);

    public IReadOnlyList<string> All { get; }

    public string Allowed { get; }

    public JsonConverter Converter => new WordConverter(this);

    public string this[T value] => _words[value];

    public bool Has(string word) => _values.ContainsKey(word);

    public bool TryParse([NotNullWhen(true)] string? word, out T value)
    {
        value = default;
        return word is not null && _values.TryGetValue(word, out value);
    }

    /// <exception cref="FormatException">The store holds a word this version does not know.</exception>
    public T Parse(string word) => TryParse(word, out var value) ? value : throw new FormatException($"'{word}' is not one of {Allowed}.");

    /// <summary>What the store has, or something else where it has no word of these: then it is damaged.</summary>
    public T ParseOr(string? word, T other) => TryParse(word, out var value) ? value : other;

    private sealed class WordConverter(Words<T> words) : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && words.TryParse(reader.GetString(), out var value) ? value : throw new JsonException();

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(words[value]);
    }
}

/// <summary>The words of all settings.</summary>
internal static class SettingsWords
{
    /// <summary>Read without regard to case: people write a region as they know it.</summary>
    public static Words<IterableDataCenter> DataCenters { get; } = new(
        StringComparer.OrdinalIgnoreCase, ("us", IterableDataCenter.Us), ("eu", IterableDataCenter.Eu));

    public static Words<ProjectType> ProjectTypes { get; } = new(
        ("email", ProjectType.Email), ("userId", ProjectType.UserId), ("hybrid", ProjectType.Hybrid));

    /// <summary>Without <see cref="IdentityRule.AsGiven"/>, which a source brings along and nobody sets.</summary>
    public static Words<IdentityRule> IdentityRules { get; } = new(("customerId", IdentityRule.CustomerId), ("mpid", IdentityRule.Mpid));

    public static Words<Source> Sources { get; } = new(
        ("members", Source.Members), ("mparticle", Source.MParticle), ("segment", Source.Segment), ("amplitude", Source.Amplitude));

    public static Words<HoldKind> HoldKinds { get; } = new(("pause", HoldKind.Pause), ("hold", HoldKind.Hold));

    public static Words<KeyKind> KeyKinds { get; } = new(
        ("operator", KeyKind.Operator), ("ingest", KeyKind.Ingest), ("metrics", KeyKind.Metrics));

    public static Words<IdentifierType> IdentifierTypes { get; } = new(("userId", IdentifierType.UserId), ("email", IdentifierType.Email));

    public static Words<FilterOperator> FilterOperators { get; } = new(
        ("is", FilterOperator.Is), ("isNot", FilterOperator.IsNot), ("contains", FilterOperator.Contains), ("notContains", FilterOperator.NotContains),
        ("greater", FilterOperator.Greater), ("less", FilterOperator.Less), ("set", FilterOperator.Set), ("notSet", FilterOperator.NotSet));

    /// <summary>Those of all enums that requests and responses have.</summary>
    public static IReadOnlyList<IWords> InJson { get; } = [HoldKinds, KeyKinds, DataCenters, ProjectTypes, IdentityRules, Sources, IdentifierTypes, FilterOperators];
}
