namespace Iterable.Sandbox.Faults;

/// <summary>A path as faults and forbidden paths are given: whole, or a beginning followed by <c>*</c>.</summary>
internal static class PathPattern
{
    public static bool Matches(string? pattern, string path) =>
        pattern is null
        || (pattern.EndsWith('*')
            ? path.StartsWith(pattern[..^1], StringComparison.OrdinalIgnoreCase)
            : string.Equals(pattern, path, StringComparison.OrdinalIgnoreCase));
}
