namespace IterableForwarder.Journal.Settings;

/// <summary>A path to an identifier of a cohort's user: <c>user_id</c>, or a property under <c>user_properties.</c></summary>
internal static class CohortPath
{
    public const string UserId = "user_id";
    public const string Properties = "user_properties.";

    public static bool IsOne(string path) => path == UserId || (path.Length > Properties.Length && path.StartsWith(Properties, StringComparison.Ordinal));
}
