using IterableForwarder.Changes;

namespace IterableForwarder.Journal.Limits;

/// <summary>So many changes of a connection.</summary>
internal readonly record struct CountedChanges(ConnectionId Connection, long Count);

/// <summary>
/// How many changes are pending, for each connection and in all, without asking the store. What is being accepted is reserved
/// first, so that requests at once cannot pass a limit together; the engine tells of every commit, in the order of commits.
/// </summary>
internal sealed class PendingCounts
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ConnectionId, long> _committed = [];
    private readonly Dictionary<ConnectionId, long> _reserved = [];
    private long _allCommitted;
    private long _allReserved;

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

    /// <summary>Of one connection, with what is just being accepted.</summary>
    public long Of(ConnectionId connection)
    {
        lock (_lock) return _committed.GetValueOrDefault(connection) + _reserved.GetValueOrDefault(connection);
    }

    /// <summary>What stands in the store, in place of whatever was counted. What is reserved stays reserved.</summary>
    public void Load(IEnumerable<CountedChanges> stored)
    {
        lock (_lock)
        {
            _committed.Clear();
            _allCommitted = 0;
            foreach (var changes in stored) Commit(changes);
        }
    }

    /// <summary>Reserves all of it, unless <paramref name="check"/> objects; nobody else reserves in between.</summary>
    public NoRoom? Reserve(IReadOnlyCollection<CountedChanges> changes, Func<NoRoom?> check)
    {
        lock (_lock)
        {
            if (check() is { } noRoom) return noRoom;
            foreach (var (connection, count) in changes) Add(_reserved, connection, count);
            _allReserved += changes.Sum(c => c.Count);
            return null;
        }
    }

    /// <summary>What was reserved is not accepted after all.</summary>
    public void Release(IReadOnlyCollection<CountedChanges> changes)
    {
        lock (_lock)
        {
            foreach (var (connection, count) in changes) Add(_reserved, connection, -count);
            _allReserved -= changes.Sum(c => c.Count);
        }
    }

    /// <summary>What was reserved is on disk.</summary>
    public void Accept(IReadOnlyCollection<CountedChanges> changes)
    {
        lock (_lock)
        {
            Release(changes);
            foreach (var accepted in changes) Commit(accepted);
        }
    }

    /// <summary>They are pending no more, and that is on disk.</summary>
    public void Settle(IEnumerable<CountedChanges> changes)
    {
        lock (_lock)
        {
            foreach (var settled in changes) Commit(settled with { Count = -settled.Count });
        }
    }

    private void Commit(CountedChanges changes)
    {
        Add(_committed, changes.Connection, changes.Count);
        _allCommitted += changes.Count;
    }

    /// <summary>What is at nought is forgotten: connections come and go.</summary>
    private static void Add(Dictionary<ConnectionId, long> counts, ConnectionId connection, long count)
    {
        var sum = counts.GetValueOrDefault(connection) + count;
        if (sum == 0) counts.Remove(connection);
        else counts[connection] = sum;
    }
}
