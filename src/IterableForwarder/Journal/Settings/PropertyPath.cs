using System.Diagnostics.CodeAnalysis;

namespace IterableForwarder.Journal.Settings;

/// <summary>The way to a property of a message: a field of it, or behind a dot what is within that field.</summary>
/// <param name="Root">The field of the message.</param>
/// <param name="Rest">All behind the first dot, which may be one name with dots in it; null for the field itself.</param>
/// <param name="Name">The last name: what the property is called at Iterable.</param>
internal sealed record PropertyPath(string Root, string? Rest, string Name)
{
    public const string EventProperties = "event_properties";
    public const string UserProperties = "user_properties";
    public const string GroupProperties = "group_properties";

    private const int MaxCharacters = 200;

    /// <summary>False with what is wrong about it, to go on behind its path.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out PropertyPath? path, [NotNullWhen(false)] out string? error)
    {
        (path, error) = (null, ErrorOf(text));
        if (error is not null) return false;
        var dot = text!.IndexOf('.', StringComparison.Ordinal);
        path = dot < 0 ? new(text, null, text) : new(text[..dot], text[(dot + 1)..], text[(text.LastIndexOf('.') + 1)..]);
        return true;
    }

    /// <summary>Of a path that has passed its rules.</summary>
    public static PropertyPath Parse(string text) => TryParse(text, out var path, out var error) ? path : throw new FormatException($"'{text}' {error}.");

    public override string ToString() => Rest is null ? Root : $"{Root}.{Rest}";

    private static string? ErrorOf(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return "is required";
        if (text.Length > MaxCharacters) return $"must have at most {MaxCharacters} characters";
        if (text.Split('.').Any(string.IsNullOrWhiteSpace)) return "must be names with single dots between them";
        return text is EventProperties or UserProperties or GroupProperties ? $"must name a property in {text}, such as {text}.plan" : null;
    }
}
