namespace IterableForwarder.Security;

/// <summary>
/// The keys that open the service from its configuration. Each is the key itself or <c>sha256:</c> and the 64 hexadecimal digits
/// of its SHA-256, for those who do not want it in clear there.
/// </summary>
internal sealed class AccessOptions
{
    public const string Section = "Access";

    /// <summary>Open everything. Outside Development at least one must be set.</summary>
    public IList<string> OperatorKeys { get; } = [];

    /// <summary>Open the ingest paths, preview and the counts of batches, for all projects.</summary>
    public IList<string> IngestKeys { get; } = [];

    /// <summary>Open the metrics.</summary>
    public IList<string> MetricsKeys { get; } = [];

    public bool IsEmpty => OperatorKeys.Count + IngestKeys.Count + MetricsKeys.Count == 0;
}
