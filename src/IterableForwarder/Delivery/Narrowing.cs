using IterableForwarder.Changes;
using IterableForwarder.Planning;

namespace IterableForwarder.Delivery;

/// <summary>
/// The search for the members that made Iterable refuse a call: where Iterable named what is wrong, those who have it apart from the
/// others; else by halves, one member of each quarter first. Until it is known whether the members or the request are at fault, nobody is
/// rejected.
/// </summary>
internal sealed class Narrowing
{
    /// <summary>As many members from different places, refused in the same words, speak against the request and not against themselves.</summary>
    public const int Quarters = 4;

    private readonly List<Part> _waiting = [];
    private readonly List<(MemberNode Node, Refusal Refusal)> _refused = [];
    private readonly Refusal?[] _refusalOfQuarter = new Refusal?[Quarters];
    private readonly int _size;

    /// <param name="call">The call that was refused, or in which Iterable counted failures that it did not name.</param>
    /// <param name="membersAreAtFault">True when it is known that the request itself is sound.</param>
    /// <param name="isNamed">Finds the members who have what Iterable named; null when it named nothing.</param>
    public Narrowing(PlannedCall call, bool membersAreAtFault, Func<MemberNode, bool>? isNamed = null)
    {
        _size = call.Nodes.Count;
        MembersAreAtFault = membersAreAtFault;
        Split(new Part(this, call, [.. Enumerable.Range(0, _size)]), isNamed);
    }

    /// <summary>True once some part of it went through, or went wrong for another reason: then the request as such is sound.</summary>
    public bool MembersAreAtFault { get; private set; }

    /// <summary>True when every quarter has a single member that was refused in the same words, of no member's fault, and nothing went through.</summary>
    public bool RequestIsAtFault => !MembersAreAtFault && _size >= Quarters
        && _refusalOfQuarter.All(r => r is { IsOfMember: false } && r.Detail == _refusalOfQuarter[0]!.Detail);

    /// <summary>True once it has been given up, or a part of it came to nothing: then what is left has not been judged.</summary>
    public bool IsInterrupted { get; set; }

    /// <summary>Parts that are on their way.</summary>
    public int InFlight { get; private set; }

    /// <summary>True when a part may go. Until it is known who is at fault they go one by one: an answer may make most of them needless.</summary>
    public bool HasWaiting => _waiting.Count > 0 && (MembersAreAtFault || InFlight == 0);

    public bool IsDone => _waiting.Count == 0 && InFlight == 0;

    /// <summary>The next part to try: one that reaches into a quarter nothing is known of, the smallest first, so that each quarter is judged by few calls.</summary>
    public Part Next()
    {
        var next = MembersAreAtFault ? _waiting[^1] : _waiting.OrderBy(p => IsTelling(p) ? 0 : 1).ThenBy(p => p.Call.Nodes.Count).First();
        _waiting.Remove(next);
        InFlight++;
        return next;
    }

    public void Returned() => InFlight--;

    public void WentThrough() => MembersAreAtFault = true;

    /// <summary>Parts the named from the others; where that does not part them, halves.</summary>
    public void Split(Part part, Func<MemberNode, bool>? isNamed = null)
    {
        var nodes = part.Call.Nodes;
        var (first, second) = (new List<int>(), new List<int>());
        if (isNamed is not null)
        {
            for (var i = 0; i < nodes.Count; i++) (isNamed(nodes[i]) ? second : first).Add(i);
        }
        if (first.Count == 0 || second.Count == 0)
        {
            first = [.. Enumerable.Range(0, nodes.Count / 2)];
            second = [.. Enumerable.Range(nodes.Count / 2, nodes.Count - (nodes.Count / 2))];
        }
        _waiting.Add(part.Of(first));
        _waiting.Add(part.Of(second));
    }

    public void RefuseSingle(Part part, Refusal refusal)
    {
        _refusalOfQuarter[QuarterOf(part.Places[0])] ??= refusal;
        _refused.Add((part.Call.Nodes[0], refusal));
    }

    /// <summary>Hands over the single members that were refused and have not been handed over yet.</summary>
    public IReadOnlyList<(MemberNode Node, Refusal Refusal)> TakeRefused()
    {
        var taken = _refused.ToArray();
        _refused.Clear();
        return taken;
    }

    /// <summary>Gives the search up: hands over every member that is neither judged nor under way.</summary>
    public IReadOnlyList<MemberNode> Abandon()
    {
        IsInterrupted = true;
        MemberNode[] nodes = [.. _waiting.SelectMany(p => p.Call.Nodes), .. TakeRefused().Select(r => r.Node)];
        _waiting.Clear();
        return nodes;
    }

    private bool IsTelling(Part part) => part.Places.Any(place => _refusalOfQuarter[QuarterOf(place)] is null);

    private int QuarterOf(int place) => (int)((long)place * Quarters / _size);

    /// <summary>A piece of the refused call, and where in it each of its members was.</summary>
    internal sealed record Part(Narrowing Narrowing, PlannedCall Call, IReadOnlyList<int> Places)
    {
        /// <param name="indexes">Into this part.</param>
        public Part Of(IReadOnlyList<int> indexes) =>
            new(Narrowing, Call with { Nodes = [.. indexes.Select(i => Call.Nodes[i])] }, [.. indexes.Select(i => Places[i])]);
    }
}

/// <summary>Why Iterable refused a member, in the contract's word and in its own.</summary>
internal sealed record Refusal(string Reason, string? Code, string? Message)
{
    /// <summary>Whether Iterable says that it is the member who is wrong.</summary>
    public bool IsOfMember => Reason != Reasons.Refused;

    /// <summary>As it is kept with the member.</summary>
    public string? Detail => (Code, Message) switch
    {
        (null, null) => null,
        (null, _) => Message,
        (_, null) => Code,
        _ => $"{Code}: {Message}",
    };
}
