namespace IterableForwarder.Security;

/// <summary>Finds keys that are configured more than once: they open all that their lists open, which is more than each list says.</summary>
internal static class RepeatedKeys
{
    /// <summary>The names of the settings that have the same key, each with the first that has it; a hash is the same as its key in clear.</summary>
    public static IEnumerable<(string First, string Other)> In(AccessOptions options)
    {
        var all = Named(nameof(options.OperatorKeys), options.OperatorKeys)
            .Concat(Named(nameof(options.IngestKeys), options.IngestKeys))
            .Concat(Named(nameof(options.MetricsKeys), options.MetricsKeys));
        return all.GroupBy(key => key.Hash).SelectMany(same => same.Skip(1).Select(other => (same.First().Name, other.Name)));
    }

    private static IEnumerable<(string Name, string Hash)> Named(string list, IList<string> keys)
    {
        foreach (var (index, key) in keys.Index())
        {
            if (KeyHash.TryRead(key, out var hash) is null) yield return ($"Access__{list}__{index}", hash);
        }
    }
}
