namespace IterableForwarder.Administration;

/// <summary>How lists of connections and streams are narrowed down. A filter that is null lets everything pass.</summary>
internal static class ListFilters
{
    public static bool IsState(this string? wanted, ShownState state) => wanted is null || wanted == state.Word;

    /// <summary>Part of a name, ignoring capitals.</summary>
    public static bool IsIn(this string? part, string name) => part is null || name.Contains(part, StringComparison.OrdinalIgnoreCase);

    /// <summary>A warning, or the word of one that says more behind a colon.</summary>
    public static bool IsAmong(this string? warning, IEnumerable<string> warnings) =>
        warning is null || warnings.Any(w => w == warning || w.StartsWith($"{warning}:", StringComparison.Ordinal));
}
