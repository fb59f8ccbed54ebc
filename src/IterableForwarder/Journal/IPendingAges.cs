using IterableForwarder.Changes;

namespace IterableForwarder.Journal;

/// <summary>Tells how long changes have waited.</summary>
internal interface IPendingAges
{
    /// <summary>When the oldest pending change of each connection that has any was received.</summary>
    /// <exception cref="StorageUnavailableException">The store cannot be read.</exception>
    IReadOnlyList<(ConnectionId Connection, DateTimeOffset Since)> Read();
}
