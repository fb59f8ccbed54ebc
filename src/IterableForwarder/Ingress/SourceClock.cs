using System.Collections.Concurrent;

namespace IterableForwarder.Ingress;

/// <summary>
/// The time of the newest message for each thing that follows its source: a message that was retried late must not set it back,
/// also where the messages after it said nothing new and were not written down. Lost at a restart, when only the times of real
/// changes are left.
/// </summary>
internal sealed class SourceClock
{
    private readonly ConcurrentDictionary<Guid, long> _newest = new();

    /// <summary>True where no later message has been seen.</summary>
    public bool IsNewest(Guid id, long at) => _newest.AddOrUpdate(id, at, (_, newest) => Math.Max(newest, at)) == at;
}
