using System.Globalization;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;
using Microsoft.Extensions.Options;

namespace IterableForwarder.Journal.Limits;

/// <summary>
/// Says whether there is room for more. Asked before a body is read and while it is stored in chunks, which is cheap and may be
/// outdated a moment later; <see cref="Reserve"/> is the last word, and with it no limit is ever passed.
/// </summary>
internal sealed class PendingLimits
{
    /// <summary>
    /// Settling needs little: some bytes an entry, and a row for each member that Iterable refuses. A tenth is all that a small disk
    /// gives up for it, or it would be all reserve.
    /// </summary>
    private const int MaxReservedShare = 10;

    private readonly PendingCounts _counts;
    private readonly IDisk _disk;
    private readonly LimitOptions _limits;
    private readonly long _minFreeBytes;
    private readonly TimeSpan _retention;
    private readonly LimitMetrics _metrics;

    public PendingLimits(PendingCounts counts, IDisk disk, IOptions<LimitOptions> limits, IOptions<StorageOptions> storage, LimitMetrics metrics) =>
        (_counts, _disk, _limits, _minFreeBytes, _retention, _metrics) = (counts, disk, limits.Value, storage.Value.MinFreeBytes, storage.Value.Retention, metrics);

    /// <summary>Null when a request may go on that will bring so many pending changes, as far as is known by now.</summary>
    /// <param name="feed">Null while it is not known.</param>
    /// <param name="changes">0 where all of them are dropped by our rules: they take room on the disk only.</param>
    public CapacityExceeded? Check(FeedId? feed, long changes) =>
        CheckDisk() ?? CheckAll(changes) ?? (feed is { } id ? CheckConnection(id, changes) : null);

    /// <summary>Reserves room for what is about to be accepted, to be committed or released.</summary>
    /// <returns>Null when it is reserved.</returns>
    public CapacityExceeded? Reserve(AcceptedChanges changes) => CheckDisk() ?? _counts.Reserve(
        changes,
        () => CheckAll(changes.PendingInAll) ?? CheckEach(changes.Pending) ?? CheckDropped(changes.DroppedBytes));

    /// <summary>Null when a project may keep so much more of dropped changes, as far as is known by now. Whoever brings none goes on.</summary>
    public CapacityExceeded? CheckDropped(KeptBytes more)
    {
        var limit = _limits.MaxDroppedBytes;
        if (more.Bytes > limit) return new(
            CapacityKind.Limit,
            $"The dropped changes of the request alone take {Megabytes(more.Bytes)} of the database; those of a project may take {Megabytes(limit)} (Ingest:MaxDroppedBytes). Nothing was accepted. Send smaller requests.");
        return more.Bytes == 0 || _counts.DroppedBytesOf(more.Project) + more.Bytes <= limit ? null : new(
            CapacityKind.Dropped,
            $"The dropped changes of project {more.Project} take {Megabytes(_counts.DroppedBytesOf(more.Project))} of the database; the limit is {Megabytes(limit)} (Ingest:MaxDroppedBytes), and the request has more. Nothing was accepted. They are removed {_retention.TotalDays:0.#} days after they came (Storage:Retention); until then raise the limit, or delete a connection whose status shows many of them. Requests without dropped changes are accepted.");
    }

    /// <summary>What batches will add to what is pending.</summary>
    public static IReadOnlyCollection<CountedChanges> Count(IReadOnlyList<NewBatch> batches) =>
        batches is [var only]
            ? [new(only.FeedId, only.Pending)]
            : [.. batches.GroupBy(b => b.FeedId).Select(of => new CountedChanges(of.Key, of.Sum(b => b.Pending)))];

    /// <summary>Counts a request that is refused for it.</summary>
    public CapacityExceeded Refuse(CapacityExceeded exceeded)
    {
        _metrics.Refused(exceeded.Kind);
        return exceeded;
    }

    private CapacityExceeded? CheckDisk()
    {
        if (_minFreeBytes == 0 || _disk.Look() is not { } space) return null;
        var reserve = Math.Min(_minFreeBytes, space.Size / MaxReservedShare);
        return space.Free >= reserve ? null : new(
            CapacityKind.Disk,
            $"The disk of the database has {Megabytes(space.Free)} left; {Megabytes(reserve)} are reserved for accepted changes (Storage:MinFreeBytes). Nothing was accepted. Pending changes are still delivered.");
    }

    private CapacityExceeded? CheckAll(long changes)
    {
        if (changes > _limits.MaxPending) return TooLarge(changes, _limits.MaxPending, "in all (Ingest:MaxPending)");
        return _counts.All + changes <= _limits.MaxPending || changes == 0 ? null : new(
            CapacityKind.Service,
            $"{Text(_counts.All)} changes are pending in all; the limit is {Text(_limits.MaxPending)} (Ingest:MaxPending). Nothing was accepted. A hold or a slow connection is the usual cause: see the connections with the most pending changes.");
    }

    private CapacityExceeded? CheckEach(IReadOnlyCollection<CountedChanges> changes)
    {
        foreach (var (feed, count) in changes)
        {
            if (CheckConnection(feed, count) is { } exceeded) return exceeded;
        }
        return null;
    }

    private CapacityExceeded? CheckConnection(FeedId feed, long changes)
    {
        if (changes > _limits.MaxPendingPerConnection) return TooLarge(changes, _limits.MaxPendingPerConnection, "for a connection (Ingest:MaxPendingPerConnection)");
        return _counts.Of(feed) + changes <= _limits.MaxPendingPerConnection || changes == 0 ? null : new(
            CapacityKind.Connection,
            $"{Text(_counts.Of(feed))} changes are pending for connection {feed}; the limit is {Text(_limits.MaxPendingPerConnection)} (Ingest:MaxPendingPerConnection). Nothing was accepted. Its state and lastError say why they wait.");
    }

    private static CapacityExceeded TooLarge(long changes, long limit, string of) => new(
        CapacityKind.Limit, $"The batch alone has at least {Text(changes)} changes; at most {Text(limit)} may be pending {of}. Nothing was accepted. Send smaller batches.");

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.#} MB");

    private static string Text(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
