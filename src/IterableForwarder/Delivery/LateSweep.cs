using IterableForwarder.Changes;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Planning;

namespace IterableForwarder.Delivery;

/// <summary>
/// Finds who arrived late in the entries of one slice. What was kept before them is read once for the whole slice, beside it and in the
/// same order: read for each entry, a backlog of late ones took time by the square of its length.
/// </summary>
internal sealed class LateSweep : IDisposable
{
    private static readonly HashSet<int> Nobody = [];

    private readonly long? _owed;
    private readonly LateHistory? _history;
    private readonly IEnumerator<PendingEntry>? _earlier;
    private bool _hasEarlier;

    /// <param name="journal">Where the earlier ones are.</param>
    /// <param name="entries">The slice, in order of acceptance.</param>
    /// <param name="owed">The list that was found for the name of those that have no list of their own.</param>
    public LateSweep(IEntryJournal journal, IReadOnlyList<PendingEntry> entries, long? owed)
    {
        _owed = owed;
        var timed = entries.Where(CanBeLate).ToList();
        if (timed.Count == 0) return;
        var fingerprints = timed.SelectMany(e => LateArrivals.FingerprintsOf(TimedOf(e))).ToHashSet();
        _history = new(fingerprints);
        _earlier = journal.ReadLater(timed[0].ConnectionId, timed[^1].Seq, timed.Min(e => e.Earliest!.Value), fingerprints).GetEnumerator();
        _hasEarlier = _earlier.MoveNext();
    }

    /// <summary>-1, which no list has, for an entry that was dropped as a whole for want of one.</summary>
    public static long ListOf(PendingEntry entry, long? owed) => entry.Rule.ListId ?? owed ?? -1;

    public static TimedChanges TimedOf(PendingEntry entry) => new(entry.Changes, entry.Rule.Mapping, entry.ReceivedAt.ToUnixTimeMilliseconds())
    {
        Seq = entry.Seq,
        Origins = entry.Origins,
    };

    /// <summary>The positions in the entry that are late. Entries must be asked for in order.</summary>
    public IReadOnlySet<int> FindLate(PendingEntry entry)
    {
        if (!CanBeLate(entry)) return Nobody;
        while (_hasEarlier && _earlier!.Current.Seq < entry.Seq)
        {
            _history!.Note(ListOf(_earlier.Current, _owed), TimedOf(_earlier.Current));
            _hasEarlier = _earlier.MoveNext();
        }
        return _history!.FindLate(ListOf(entry, _owed), TimedOf(entry));
    }

    public void Dispose() => _earlier?.Dispose();

    private static bool CanBeLate(PendingEntry entry) => entry.Earliest is not null && entry.Origins.IsEmpty && entry.Rule.Kind != ChangeKind.Event;
}
