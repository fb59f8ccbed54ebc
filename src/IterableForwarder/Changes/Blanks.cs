namespace IterableForwarder.Changes;

/// <summary>Characters that nobody sees, and that come along when a value is copied out of a page or a spreadsheet. Pure.</summary>
internal static class Blanks
{
    /// <summary>Zero-width characters, which Unicode does not count as white space: soft hyphen, Mongolian vowel separator, zero-width space,
    /// non-joiner and joiner, word joiner, byte order mark.</summary>
    private const string ZeroWidth = "\u00AD\u180E\u200B\u200C\u200D\u2060\uFEFF";

    /// <summary>Without white space and zero-width characters at either end.</summary>
    public static string Trim(string text)
    {
        var (start, end) = (0, text.Length);
        while (start < end && IsBlank(text[start])) start++;
        while (end > start && IsBlank(text[end - 1])) end--;
        return text[start..end];
    }

    /// <summary>True for text of nothing else, and for none at all.</summary>
    public static bool IsBlank(string text) => text.All(IsBlank);

    private static bool IsBlank(char character) => char.IsWhiteSpace(character) || ZeroWidth.Contains(character, StringComparison.Ordinal);
}
