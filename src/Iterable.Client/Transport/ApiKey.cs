namespace Iterable.Client.Transport;

/// <summary>The header that carries a project's key.</summary>
internal static class ApiKey
{
    public const string HeaderName = "Api-Key";

    /// <summary>
    /// Whether the key can be sent at all. One with a line break or a letter beyond ASCII would make the HTTP stack throw,
    /// and the text of its exception is not ours to vouch for.
    /// </summary>
    public static bool IsSendable(string? apiKey) =>
        !string.IsNullOrEmpty(apiKey) && apiKey.All(character => character is > ' ' and <= '~');
}
