using System.Text.Json.Serialization;

namespace IterableForwarder.Journal.Entries;

/// <summary>How the database stores a rule. Its text is its identity: keep the form.</summary>
[JsonSerializable(typeof(EntryRule))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
internal sealed partial class RuleJson : JsonSerializerContext;
