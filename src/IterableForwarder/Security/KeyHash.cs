using System.Security.Cryptography;
using System.Text;

namespace IterableForwarder.Security;

/// <summary>
/// SHA-256 of a key, as hexadecimal digits in capitals. Keys are only ever compared through it: what a lookup by hash gives away
/// by its timing are digits of the hash, and from those neither the key nor a better guess at it can be made. So the comparison
/// takes the same time for every wrong key as far as the key itself is concerned, and one lookup serves any number of keys.
/// Keys are long and random, which is why a plain hash is enough where a password would need a slow one.
/// </summary>
internal static class KeyHash
{
    private const string Prefix = "sha256:";

    /// <summary>Characters of a key in clear: as many as 'openssl rand -hex 16' writes, 128 bits that nobody guesses.</summary>
    public const int MinLength = 32;

    /// <summary>In the keys of our documents, of today and of earlier versions, and in none that is random.</summary>
    private static readonly string[] OfExamples = ["example", "change-me"];

    /// <summary>Characters; keys are shorter.</summary>
    private const int MaxOnStack = 128;
    private const int MaxBytesPerCharacter = 3;

    public static string Of(ReadOnlySpan<char> key)
    {
        var text = key.Length <= MaxOnStack ? stackalloc byte[MaxOnStack * MaxBytesPerCharacter] : new byte[key.Length * MaxBytesPerCharacter];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..Encoding.UTF8.GetBytes(key, text)], hash);
        return Convert.ToHexString(hash);
    }

    /// <summary>Reads a configured key. Returns what is wrong with it, never the key, or null.</summary>
    public static string? TryRead(string? configured, out string hash)
    {
        hash = "";
        if (string.IsNullOrWhiteSpace(configured)) return "is empty";
        if (configured.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)) return TryReadHash(configured[Prefix.Length..], out hash);
        if (configured.Any(c => c is <= ' ' or > '~')) return "has a character that cannot travel in a header (a blank, or one outside ASCII)";
        hash = Of(configured);
        return null;
    }

    /// <summary>What makes a configured key too weak for a service that others reach, never the key; or null. A hash does not tell.</summary>
    public static string? WeaknessOf(string configured)
    {
        if (configured.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)) return null;
        if (OfExamples.Any(word => configured.Contains(word, StringComparison.OrdinalIgnoreCase))) return "is a key of an example, which everybody knows";
        return configured.Length < MinLength ? $"has {configured.Length} characters, and a key needs at least {MinLength}" : null;
    }

    private static string? TryReadHash(string digits, out string hash)
    {
        hash = digits.ToUpperInvariant();
        return digits.Length == 64 && digits.All(char.IsAsciiHexDigit) ? null : "must have exactly 64 hexadecimal digits after 'sha256:'";
    }
}
