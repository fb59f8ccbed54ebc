using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Journal.Limits;

/// <summary>Who brings changes: a source, or an operator who replays them.</summary>
/// <param name="Source">Null for a replay.</param>
internal readonly record struct Bringer(Source? Source)
{
    private const string Replay = "replay";

    public static IReadOnlyList<Bringer> All { get; } = [.. Enum.GetValues<Source>().Select(source => new Bringer(source)), new(null)];

    public string Word => Source is { } source ? SettingsWords.Sources[source] : Replay;

    public static Bringer Of(NewBatch batch) => new(batch.ReplayOf is null ? batch.Source : null);
}

/// <summary>What one request adds to the books.</summary>
/// <param name="Pending">What of it is pending, by connection.</param>
/// <param name="Batches">By who brought them.</param>
/// <param name="Dropped">What our rules dropped.</param>
internal sealed record AcceptedChanges(
    IReadOnlyCollection<CountedChanges> Pending,
    IReadOnlyList<(Bringer Bringer, long Received, DateTimeOffset At)> Batches,
    IReadOnlyList<CountedEnding> Dropped)
{
    /// <summary>Of all connections.</summary>
    public long PendingInAll { get; } = Pending.Sum(c => c.Count);

    /// <summary>What the dropped ones take of the store.</summary>
    public KeptBytes DroppedBytes { get; init; }

    public static AcceptedChanges Of(IReadOnlyList<NewBatch> batches) => new(
        PendingLimits.Count(batches),
        [.. batches.Select(b => (Bringer.Of(b), b.Received, b.ReceivedAt))],
        batches.All(b => b.Dropped == 0)
            ? []
            : [.. batches.SelectMany(b => b.Chunks).SelectMany(p => p.Dropped).CountBy(d => d.Reason).Select(d => new CountedEnding(new(Outcome.Dropped, d.Key), d.Value))])
    {
        DroppedBytes = KeptBytes.Of(batches),
    };
}

/// <summary>
/// The books at one moment: <c>Accepted − Settled = Pending − PendingAtStart</c>, whenever they are looked at.
/// </summary>
/// <param name="Batches">Batches accepted since the start.</param>
/// <param name="Accepted">Changes accepted since the start.</param>
/// <param name="Settled">Changes settled since the start.</param>
/// <param name="LastAccepted">When a source brought its last batch, for those of which that is known.</param>
/// <param name="Pending">Changes accepted and not settled.</param>
/// <param name="PendingAtStart">Of those, how many this process found in the store.</param>
internal sealed record BookState(
    IReadOnlyDictionary<Bringer, long> Batches,
    IReadOnlyDictionary<Bringer, long> Accepted,
    IReadOnlyDictionary<Ending, long> Settled,
    IReadOnlyDictionary<Source, DateTimeOffset> LastAccepted,
    long Pending,
    long PendingAtStart);

/// <summary>
/// Counts what was accepted and settled since the start, by who brought it and by how it ended. Not safe for concurrent use:
/// <see cref="PendingCounts"/> keeps it under the lock of its own counts, so that they agree at every moment.
/// </summary>
internal sealed class ChangeBooks
{
    private readonly Dictionary<Bringer, long> _batches = Bringer.All.ToDictionary(b => b, _ => 0L);
    private readonly Dictionary<Bringer, long> _accepted = Bringer.All.ToDictionary(b => b, _ => 0L);
    private readonly Dictionary<Ending, long> _settled = Ending.All.ToDictionary(e => e, _ => 0L);
    private readonly Dictionary<Source, DateTimeOffset> _lastAccepted = [];

    /// <summary>Accepted and not settled since the start; below nought where more of what was found there is settled.</summary>
    public long Open { get; private set; }

    public void Accept(AcceptedChanges changes)
    {
        foreach (var (bringer, received, at) in changes.Batches)
        {
            _batches[bringer]++;
            _accepted[bringer] += received;
            Open += received;
            if (bringer.Source is { } source) NoteAccepted(source, at);
        }
        Settle(changes.Dropped);
    }

    public void Settle(IEnumerable<CountedEnding> endings)
    {
        foreach (var (ending, count) in endings)
        {
            _settled[ending] = _settled.GetValueOrDefault(ending) + count;
            Open -= count;
        }
    }

    public void NoteAccepted(Source source, DateTimeOffset at)
    {
        if (!_lastAccepted.TryGetValue(source, out var last) || last < at) _lastAccepted[source] = at;
    }

    public BookState Copy(long pending, long pendingAtStart) => new(
        _batches.ToDictionary(), _accepted.ToDictionary(), _settled.ToDictionary(), _lastAccepted.ToDictionary(), pending, pendingAtStart);
}
