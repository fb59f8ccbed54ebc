namespace IterableForwarder.Tests.Model;

/// <summary>A change that was answered with 202.</summary>
/// <param name="Number">Its place in the order of acceptance.</param>
/// <param name="Connection">Whose.</param>
/// <param name="List">The list it was accepted for.</param>
/// <param name="Said">What was said.</param>
/// <param name="Who">About whom.</param>
/// <param name="IsLate">It says that it happened before a change of the same member accepted earlier.</param>
internal sealed record Accepted(int Number, int Connection, long List, Said Said, Identity Who, bool IsLate)
{
    /// <summary>Neither dropped nor late: it has its say.</summary>
    public bool Counts => !Who.IsDropped && !IsLate;
}

/// <summary>What became of a change, as far as it can be known beforehand.</summary>
/// <param name="Delivered">It may be delivered.</param>
/// <param name="Superseded">It may be made needless.</param>
/// <param name="Reasons">Why it may be dropped or rejected.</param>
internal sealed record Allowed(bool Delivered, bool Superseded, params string[] Reasons);

/// <summary>
/// All that was accepted, in order, and what happened at Iterable in between: the whole of the model. What must be true in the end
/// is read off it, by the words of docs/guarantees.md.
/// </summary>
internal sealed class Ledger
{
    private const double Instant = 1e-6;

    private readonly List<Accepted> _accepted = [];
    private readonly Dictionary<(int Connection, long List, string Identifier), double> _latest = [];
    private readonly Dictionary<(int Connection, long List, (string, string) Merged), int> _lastOf = [];
    private readonly Dictionary<long, int> _deletedAt = [];
    private readonly Dictionary<int, int> _forgottenAt = [];
    private readonly HashSet<int> _nameless = [];
    private readonly Dictionary<int, int> _movedOrDiscardedAt = [];
    private int? _poisonedAt;

    public IReadOnlyList<Accepted> Changes => _accepted;

    public Accepted Accept(int connection, long list, Said said)
    {
        var who = People.At(Step.CastOf(connection), said.Who);
        var accepted = new Accepted(_accepted.Count, connection, list, said, who, !who.IsDropped && IsLate(connection, list, said, who));
        _accepted.Add(accepted);
        if (accepted.Counts) _lastOf[(connection, list, who.Merged)] = accepted.Number;
        return accepted;
    }

    public void ListIsDeleted(long list) => _deletedAt[list] = _accepted.Count;

    public void IsForgotten(int project) => _forgottenAt.TryAdd(project, _accepted.Count);

    public void IsPoisoned() => _poisonedAt ??= _accepted.Count;

    public void NamesNobody(int project) => _nameless.Add(project);

    /// <summary>What a connection owed then was moved to another list, or discarded: how much that was depends on what had been sent.</summary>
    public void IsMovedOrDiscarded(int connection) => _movedOrDiscardedAt[connection] = _accepted.Count;

    /// <summary>It may have been moved to another list of its connection, or discarded.</summary>
    public bool MayBeMovedOrDiscarded(Accepted change) => _movedOrDiscardedAt.TryGetValue(change.Connection, out var at) && change.Number < at;

    public bool IsForgotten(Accepted change) => _forgottenAt.ContainsKey(Step.ProjectOf(change.Connection));

    /// <summary>Nobody can know what Iterable has of them: what was said last may have been refused, or not, by when it was sent.</summary>
    public bool IsUnsure(Accepted change) => MayBeMovedOrDiscarded(change) || MayBeLateForSomethingGone(change) || change.Who.Fate switch
    {
        Fate.Poisonable => _poisonedAt is not null,
        Fate.Wild => _accepted.Exists(c => c.Said.Plan < 0 && c.Connection == change.Connection),
        _ => false,
    };

    /// <summary>Whether it was accepted before the list was deleted: then it is on the new one only if it was sent after.</summary>
    public bool IsBeforeDeletion(Accepted change) => _deletedAt.TryGetValue(change.List, out var at) && change.Number < at;

    /// <summary>
    /// Whether the attributes of an add are at Iterable in the end, on their own or with a later add of the same member. A remove after
    /// it may have made it needless.
    /// </summary>
    public bool MustSend(Accepted add) =>
        _accepted.TrueForAll(c => c.Number <= add.Number || !c.Counts || c.Said.Adds || c.Connection != add.Connection || c.Who.Person != add.Who.Person);

    public Allowed AllowedFor(Accepted change)
    {
        if (change.Who.WhyDropped is { } why) return new(false, false, why);
        string[] discarded = MayBeMovedOrDiscarded(change) ? ["discarded"] : [];
        if (change.IsLate && !MayBeLateForSomethingGone(change)) return new(false, true, discarded);
        // one that was late for something that is gone may be sent after all, and meets what anybody like it meets at Iterable; and one with a time may
        // be late for what was moved to its list
        var needless = change.IsLate || _lastOf[(change.Connection, change.List, change.Who.Merged)] != change.Number || MayBeMovedOrDiscarded(change) || MayBeReplaced(change)
            || (change.Said.Minutes is not null && MayBeLateForSomethingGone(change));
        var allowed = AllowedFor(change, needless);
        return allowed with { Reasons = [.. allowed.Reasons, .. discarded] };
    }

    private Allowed AllowedFor(Accepted change, bool needless)
    {
        return change.Who.Fate switch
        {
            Fate.Conflict => new(false, needless, Named("conflict", change)),
            Fate.Invalid => new(false, needless, Named("invalid", change)),
            Fate.Forgettable when _forgottenAt.TryGetValue(Step.ProjectOf(change.Connection), out var at) => new(change.Number < at, needless, Named("forgotten", change)),
            Fate.Poisonable when _poisonedAt is { } at => new(change.Number < at, needless, "refused"),
            Fate.Wild when IsUnsure(change) => new(true, needless, "invalidData"),
            _ => new(true, needless),
        };
    }

    /// <summary>What is discarded has no word any more on what is late, and what is moved has one on another list.</summary>
    private bool MayBeLateForSomethingGone(Accepted change) =>
        _movedOrDiscardedAt.ContainsKey(change.Connection)
        && _accepted.Exists(c => c.Said.Minutes is not null && c.Connection == change.Connection && c.Who.Identifiers.Intersect(change.Who.Identifiers).Any());

    /// <summary>One that came after it, and was late for something that is gone, may have taken its place.</summary>
    private bool MayBeReplaced(Accepted change) => _accepted.Exists(c =>
        c.Number > change.Number && c.Connection == change.Connection && c.List == change.List && c.Who.Merged == change.Who.Merged && c.IsLate && MayBeLateForSomethingGone(c));

    private string[] Named(string reason, Accepted change) => _nameless.Contains(Step.ProjectOf(change.Connection)) ? [reason, "refused"] : [reason];

    /// <summary>Late is who says so: a change without a time happened when it was accepted, and so did one that is too far ahead.</summary>
    private bool IsLate(int connection, long list, Said said, Identity who)
    {
        var now = _accepted.Count * Instant;
        var time = said.Minutes is { } minutes and <= 5 ? minutes : now;
        var isLate = false;
        foreach (var identifier in who.Identifiers)
        {
            var key = (connection, list, identifier);
            var known = _latest.GetValueOrDefault(key, double.MinValue);
            isLate |= said.Minutes is not null && time < known;
            _latest[key] = Math.Max(time, known);
        }
        return isLate;
    }
}
