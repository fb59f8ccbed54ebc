using System.Collections.Concurrent;
using System.Collections.Immutable;
using IterableForwarder.Changes;

namespace IterableForwarder.Delivery.Dispatch;

/// <summary>Why a queue waits.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="Until">By the wall clock; null when nobody knows.</param>
internal sealed record Waiting(WaitReason Reason, DateTimeOffset? Until);

/// <summary>
/// What queues wait for beside their turn, for whoever asks. Each queue's dispatcher writes, anybody reads; safe for concurrent use.
/// </summary>
internal sealed class WaitBoard
{
    /// <summary>Stands for no list, which a dictionary cannot have as a key.</summary>
    private const long NoList = 0;

    /// <summary>Times that differ less say nothing new.</summary>
    private static readonly TimeSpan Same = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<FeedId, ImmutableDictionary<long, Waiting>> _waits = new();

    /// <summary>What the changes for the list wait for, or else what others of the feed wait for; null where all wait for their turn.</summary>
    public Waiting? Of(FeedId feed, long? listId)
    {
        if (!_waits.TryGetValue(feed, out var waits) || waits.IsEmpty) return null;
        return waits.GetValueOrDefault(listId ?? NoList) ?? waits.Values.First();
    }

    public void Set(FeedId feed, long? listId, Waiting waiting)
    {
        var waits = _waits.GetValueOrDefault(feed, ImmutableDictionary<long, Waiting>.Empty);
        if (waits.GetValueOrDefault(listId ?? NoList) is { } known && known.Reason == waiting.Reason && IsSame(known.Until, waiting.Until)) return;
        _waits[feed] = waits.SetItem(listId ?? NoList, waiting);
    }

    public void Clear(FeedId feed, long? listId)
    {
        if (!_waits.TryGetValue(feed, out var waits)) return;
        waits = waits.Remove(listId ?? NoList);
        if (waits.IsEmpty) _waits.TryRemove(feed, out _);
        else _waits[feed] = waits;
    }

    public void Forget(IEnumerable<FeedId> feeds)
    {
        foreach (var feed in feeds) _waits.TryRemove(feed, out _);
    }

    private static bool IsSame(DateTimeOffset? one, DateTimeOffset? other) =>
        one is { } first && other is { } second ? (first - second).Duration() < Same : one is null && other is null;
}
