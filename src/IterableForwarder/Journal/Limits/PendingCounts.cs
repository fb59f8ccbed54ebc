using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Journal.Limits;

/// <summary>
/// How many changes are pending, for each feed and in all, without asking the store. What is being accepted is reserved
/// first, so that requests at once cannot pass a limit together; the engine tells of every commit, in the order of commits. The books of
/// what was accepted and settled change together with the counts, under one lock.
/// </summary>
internal sealed class PendingCounts
{
    private readonly Lock _lock = new();
    private readonly Dictionary<FeedId, long> _committed = [];
    private readonly Dictionary<FeedId, long> _reserved = [];
    private readonly Dictionary<ProjectId, long> _dropped = [];
    private readonly Dictionary<ProjectId, long> _droppedReserved = [];
    private readonly ChangeBooks _books = new();
    private long _allCommitted;
    private long _allReserved;
    private long _atStart;

    /// <summary>In all, on disk.</summary>
    public long Committed
    {
        get
        {
            lock (_lock) return _allCommitted;
        }
    }

    /// <summary>In all, with what is just being accepted.</summary>
    public long All
    {
        get
        {
            lock (_lock) return _allCommitted + _allReserved;
        }
    }

    /// <summary>Of one feed, with what is just being accepted.</summary>
    public long Of(FeedId feed)
    {
        lock (_lock) return _committed.GetValueOrDefault(feed) + _reserved.GetValueOrDefault(feed);
    }

    /// <summary>Bytes that the dropped changes of a project take, with what is just being accepted.</summary>
    public long DroppedBytesOf(ProjectId project)
    {
        lock (_lock) return _dropped.GetValueOrDefault(project) + _droppedReserved.GetValueOrDefault(project);
    }

    /// <summary>What the store has, in place of whatever was counted. What is reserved stays reserved.</summary>
    public void Load(IEnumerable<KeptBytes> stored)
    {
        lock (_lock)
        {
            _dropped.Clear();
            foreach (var (project, bytes) in stored) Add(_dropped, project, bytes);
        }
    }

    /// <summary>Dropped changes were removed from the store.</summary>
    public void Free(IEnumerable<KeptBytes> removed)
    {
        lock (_lock)
        {
            foreach (var (project, bytes) in removed) Add(_dropped, project, -bytes);
        }
    }

    /// <summary>What the store has, in place of whatever was counted. What is reserved stays reserved.</summary>
    public void Load(IEnumerable<CountedChanges> stored)
    {
        lock (_lock)
        {
            _committed.Clear();
            _allCommitted = 0;
            foreach (var changes in stored) Commit(changes);
            // also where a file was replaced under the service: what neither came in nor went out was found
            _atStart = _allCommitted - _books.Open;
        }
    }

    /// <summary>When sources brought something last, as far as the store knows it.</summary>
    public void Load(IEnumerable<(Source Source, DateTimeOffset At)> lastAccepted)
    {
        lock (_lock)
        {
            foreach (var (source, at) in lastAccepted) _books.NoteAccepted(source, at);
        }
    }

    /// <summary>The books as of this moment.</summary>
    public BookState ReadBooks()
    {
        lock (_lock) return _books.Copy(_allCommitted, _atStart);
    }

    /// <summary>Reserves all of it, unless <paramref name="check"/> objects; nobody else reserves in between.</summary>
    public CapacityExceeded? Reserve(AcceptedChanges changes, Func<CapacityExceeded?> check)
    {
        lock (_lock)
        {
            if (check() is { } exceeded) return exceeded;
            AddReserved(changes, 1);
            return null;
        }
    }

    /// <summary>What was reserved is not accepted after all.</summary>
    public void Release(AcceptedChanges changes)
    {
        lock (_lock) AddReserved(changes, -1);
    }

    /// <summary>They are on disk.</summary>
    /// <param name="changes">What was accepted.</param>
    /// <param name="areReserved">False where the reservation was released before the commit was known to be stored.</param>
    public void Accept(AcceptedChanges changes, bool areReserved)
    {
        lock (_lock)
        {
            if (areReserved) Release(changes);
            foreach (var accepted in changes.Pending) Commit(accepted);
            Add(_dropped, changes.DroppedBytes.Project, changes.DroppedBytes.Bytes);
            _books.Accept(changes);
        }
    }

    /// <summary>They are pending no more, and that is on disk.</summary>
    public void Settle(SettledChanges changes)
    {
        lock (_lock)
        {
            foreach (var settled in changes.Feeds) Commit(settled with { Count = -settled.Count });
            _books.Settle(changes.Endings);
        }
    }

    private void Commit(CountedChanges changes)
    {
        Add(_committed, changes.Feed, changes.Count);
        _allCommitted += changes.Count;
    }

    /// <param name="changes">What is reserved, or was.</param>
    /// <param name="times">1 to reserve it, -1 to release it.</param>
    private void AddReserved(AcceptedChanges changes, int times)
    {
        foreach (var (feed, count) in changes.Pending) Add(_reserved, feed, times * count);
        _allReserved += times * changes.PendingInAll;
        Add(_droppedReserved, changes.DroppedBytes.Project, times * changes.DroppedBytes.Bytes);
    }

    /// <summary>What is at nought is forgotten: feeds and projects come and go.</summary>
    private static void Add<TKey>(Dictionary<TKey, long> counts, TKey key, long count)
        where TKey : notnull
    {
        var sum = counts.GetValueOrDefault(key) + count;
        if (sum == 0) counts.Remove(key);
        else counts[key] = sum;
    }
}
