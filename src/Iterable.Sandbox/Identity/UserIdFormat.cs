namespace Iterable.Sandbox.Identity;

/// <summary>Printable ASCII, 1 to 52 characters, no space at the end; compared as it is.</summary>
internal static class UserIdFormat
{
    private const int MaxCharacters = 52;

    public static bool IsValid(ReadOnlySpan<byte> userId) =>
        userId.Length is > 0 and <= MaxCharacters
        && userId[^1] != ' '
        && !userId.ContainsAnyExceptInRange((byte)' ', (byte)'~');
}
