using System.Text.Json;
using IterableForwarder.Mapping;

namespace IterableForwarder.Journal.Entries;

/// <summary>The rule of an entry as the store has it.</summary>
/// <param name="Rule">One that says nothing where it is unreadable.</param>
/// <param name="Unreadable">Why it cannot be read; null where it can.</param>
/// <param name="IsDamaged">Whether that is because something other than the service has changed or removed what was written.</param>
internal readonly record struct StoredRule(EntryRule Rule, string? Unreadable = null, bool IsDamaged = false)
{
    private static readonly EntryRule Nothing = new(null, new MappingRule(ProjectType.Hybrid, IdentityRule.AsGiven, []));

    /// <summary>The store has lost it.</summary>
    public static StoredRule Missing { get; } = new(Nothing, "The rule is missing from the database.", IsDamaged: true);

    public static string Write(EntryRule rule) => JsonSerializer.Serialize(rule, RuleJson.Default.EntryRule);

    /// <param name="content">As it was written.</param>
    /// <param name="checksum">Written with it; null for a rule from before there were checksums.</param>
    /// <param name="listId">Its list, as it was written beside it.</param>
    /// <param name="listName">The name of its list, as it was written beside it.</param>
    public static StoredRule Of(string content, long? checksum, long? listId, string? listName)
    {
        if (!Checksum.Fits(content, checksum)) return new(Nothing, "The rule does not fit its checksum.", IsDamaged: true);
        try
        {
            var rule = JsonSerializer.Deserialize(content, RuleJson.Default.EntryRule)!;
            return (rule.ListId, rule.ListName) == (listId, listName) ? new(rule) : new(Nothing, "The list of the rule is not the one it was written with.", IsDamaged: true);
        }
        catch (JsonException)
        {
            return new(Nothing, "The rule cannot be read.");
        }
    }
}
