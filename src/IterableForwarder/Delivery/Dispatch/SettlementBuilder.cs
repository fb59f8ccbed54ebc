using IterableForwarder.Changes;
using IterableForwarder.Delivery.Bisection;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Planning;

namespace IterableForwarder.Delivery.Dispatch;

/// <summary>Gathers what has become of the changes of several entries, and marks it on them.</summary>
internal sealed class SettlementBuilder
{
    private readonly Dictionary<PlannedEntry, List<Undelivered>> _touched = [];
    private readonly List<string> _refusals = [];
    private PlannedEntry? _lastEntry;
    private List<Undelivered> _lastRejected = [];

    /// <summary>How many changes it settles.</summary>
    public int Changes { get; private set; }

    public int Delivered { get; private set; }

    public int Superseded { get; private set; }

    public int Rejected => _refusals.Count;

    /// <summary>Why, for each that was rejected.</summary>
    public IReadOnlyCollection<string> Refusals => _refusals;

    /// <summary>Settles a member, and with it the changes it made needless: they must never be on disk as pending when it is not.</summary>
    public void Settle(MemberNode node, Refusal? refusal)
    {
        foreach (var earlier in node.Superseded) Supersede(earlier.Entry, earlier.Position);
        var rejected = Touch(node.Change.Entry, node.Change.Position, refusal is null ? Outcome.Delivered : Outcome.Rejected);
        if (refusal is null)
        {
            Delivered++;
            return;
        }
        rejected.Add(new(node.Change.Position, Outcome.Rejected, refusal.Reason, refusal.Detail));
        _refusals.Add(refusal.Reason);
    }

    public void Supersede(PlannedEntry entry, int position)
    {
        Touch(entry, position, Outcome.Superseded);
        Superseded++;
    }

    public IReadOnlyList<EntrySettlement> Build(ProjectId project, FeedId feed) => [.. _touched.Select(t => new EntrySettlement
    {
        Seq = t.Key.Seq,
        ProjectId = project,
        FeedId = feed,
        Delivered = t.Key.Outcomes.Count((byte)Outcome.Delivered),
        Superseded = t.Key.Outcomes.Count((byte)Outcome.Superseded),
        Rejected = t.Key.Outcomes.Count((byte)Outcome.Rejected),
        NewlyRejected = t.Value,
        Completed = t.Key.Pending == 0,
        Outcomes = t.Key.Outcomes.ContainsAnyExcept(t.Key.Outcomes[0]) ? t.Key.Outcomes.ToArray() : null,
    })];

    /// <summary>Returns the rejected changes of the entry, to be added to.</summary>
    private List<Undelivered> Touch(PlannedEntry entry, int position, Outcome outcome)
    {
        entry.Settle(position, outcome);
        Changes++;
        // the members of a call come entry by entry
        if (entry == _lastEntry) return _lastRejected;
        if (!_touched.TryGetValue(entry, out var rejected)) _touched[entry] = rejected = [];
        (_lastEntry, _lastRejected) = (entry, rejected);
        return rejected;
    }
}
