using IterableForwarder.Changes;

namespace IterableForwarder.Journal.Settings;

/// <summary>What a key opens.</summary>
internal enum KeyKind
{
    Operator,
    Ingest,
    Metrics,
}

/// <summary>A key created through the API. Only its hash is kept.</summary>
/// <param name="Hash">SHA-256 of the key.</param>
/// <param name="Hint">The last four characters, by which an operator tells keys apart.</param>
/// <param name="ProjectIds">The projects it serves; empty for all.</param>
internal sealed record AccessKey(
    Guid Id, string Name, KeyKind Kind, byte[] Hash, string Hint, IReadOnlyList<ProjectId> ProjectIds, DateTimeOffset CreatedAt);
