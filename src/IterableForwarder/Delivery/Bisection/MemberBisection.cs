using IterableForwarder.Planning;

namespace IterableForwarder.Delivery.Bisection;

/// <summary>
/// The search for the members that made Iterable refuse a call: where Iterable named what is wrong, those who have it apart from the
/// others; else by halves, one member of each quarter first. Until it is known whether the members or the request are the cause, nobody is
/// rejected. Self-contained: give out parts with <see cref="Next"/>, tell each result with <see cref="Answer"/>, and do what that says.
/// </summary>
internal sealed class MemberBisection
{
    /// <summary>As many members from different places, refused in the same words, speak against the request and not against themselves.</summary>
    public const int Quarters = 4;

    private readonly List<BisectionPart> _waiting = [];
    private readonly List<RejectedMember> _refused = [];
    private readonly Refusal?[] _refusalOfQuarter = new Refusal?[Quarters];
    private readonly int _size;
    private bool _isInterrupted;
    private int _inFlight;

    /// <param name="call">The call that was refused, or in which Iterable counted failures that it did not name.</param>
    /// <param name="requestIsSound">True when it is known that the request itself is sound.</param>
    /// <param name="isNamed">Finds the members who have what Iterable named; null when it named nothing.</param>
    public MemberBisection(PlannedCall call, bool requestIsSound, Func<MemberNode, bool>? isNamed = null)
    {
        _size = call.Nodes.Count;
        RequestIsSound = requestIsSound;
        Split(new BisectionPart(this, call, [.. Enumerable.Range(0, _size)]), isNamed);
    }

    /// <summary>True once some part of it went through: then the request as such is sound.</summary>
    public bool RequestIsSound { get; private set; }

    /// <summary>True when a part may go. Until it is known who is the cause they go one by one: an answer may make most of them needless.</summary>
    public bool HasWaiting => _waiting.Count > 0 && (RequestIsSound || _inFlight == 0);

    /// <summary>True when every member has been judged or released.</summary>
    public bool IsDone => _waiting.Count == 0 && _inFlight == 0;

    /// <summary>The next part to try: one that reaches into a quarter nothing is known of, the smallest first, so that each quarter is judged by few calls.</summary>
    public BisectionPart Next()
    {
        // the last one first when the request is sound: depth first keeps the list of waiting parts short
        var next = RequestIsSound ? _waiting[^1] : _waiting.OrderBy(p => IsTelling(p) ? 0 : 1).ThenBy(p => p.Call.Nodes.Count).First();
        _waiting.Remove(next);
        _inFlight++;
        return next;
    }

    /// <summary>Takes the result of a part.</summary>
    /// <returns>What follows from it for members other than those of a part that went through, whom the caller settles by the answer itself.</returns>
    public BisectionStep Answer(BisectionPart part, PartResult result)
    {
        _inFlight--;
        var step = result switch
        {
            PartResult.WentThrough => NoteSuccess(),
            PartResult.Lost => Interrupt(part),
            PartResult.Refused refused => NoteRefusal(part, refused),
            _ => throw new ArgumentOutOfRangeException(nameof(result), result, "Unknown result"),
        };
        return IsDone ? Conclude(step) : step;
    }

    private BisectionStep NoteSuccess()
    {
        RequestIsSound = true;
        return new(TakeRefused(), [], false);
    }

    private BisectionStep Interrupt(BisectionPart part)
    {
        _isInterrupted = true;
        return new([], part.Call.Nodes, false);
    }

    private BisectionStep NoteRefusal(BisectionPart part, PartResult.Refused refused)
    {
        // 1. A search that was given up judges nobody any more.
        // 2. A part of several members is split: nobody in it is refused yet.
        // 3. The first refusal of each quarter is kept, to compare their words.
        // 4. Once a part went through, each single member is refused for itself. Before that all of them wait for the verdict.
        if (_isInterrupted) return new([], part.Call.Nodes, false);
        if (part.Call.Nodes.Count > 1)
        {
            Split(part, refused.IsNamed);
            return BisectionStep.Nothing;
        }
        _refusalOfQuarter[QuarterOf(part.Places[0])] ??= refused.Refusal;
        _refused.Add(new(part.Call.Nodes[0], refused.Refusal));
        if (RequestIsSound) return new(TakeRefused(), [], false);
        return RequestIsRefused ? new([], Abandon(), true) : BisectionStep.Nothing;
    }

    /// <summary>When the search is over and no quarter spoke for the request, those refused were each refused for themselves.</summary>
    private BisectionStep Conclude(BisectionStep step)
    {
        // an interrupted search in which nothing went through proves nothing: its members wait for another call
        var refused = TakeRefused();
        return _isInterrupted && !RequestIsSound
            ? step with { Released = [.. step.Released, .. refused.Select(r => r.Node)] }
            : step with { Rejected = [.. step.Rejected, .. refused] };
    }

    /// <summary>True when every quarter has a single member that was refused in the same words, for no reason of a member, and nothing went through.</summary>
    private bool RequestIsRefused => _size >= Quarters && _refusalOfQuarter.All(r => r is { IsOfMember: false } && r.Detail == _refusalOfQuarter[0]!.Detail);

    /// <summary>Gives the search up: every member that is neither judged nor in flight.</summary>
    private MemberNode[] Abandon()
    {
        _isInterrupted = true;
        MemberNode[] nodes = [.. _waiting.SelectMany(p => p.Call.Nodes), .. TakeRefused().Select(r => r.Node)];
        _waiting.Clear();
        return nodes;
    }

    /// <summary>Parts the named from the others; where that does not part them, halves.</summary>
    private void Split(BisectionPart part, Func<MemberNode, bool>? isNamed)
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
        if (first.Count > 0) _waiting.Add(part.Of(first));
        _waiting.Add(part.Of(second));
    }

    private RejectedMember[] TakeRefused()
    {
        var taken = _refused.ToArray();
        _refused.Clear();
        return taken;
    }

    private bool IsTelling(BisectionPart part) => part.Places.Any(place => _refusalOfQuarter[QuarterOf(place)] is null);

    private int QuarterOf(int place) => (int)((long)place * Quarters / _size);
}

/// <summary>A piece of the refused call, and where in it each of its members was.</summary>
internal sealed record BisectionPart(MemberBisection Bisection, PlannedCall Call, IReadOnlyList<int> Places)
{
    /// <param name="indexes">Into this part.</param>
    public BisectionPart Of(IReadOnlyList<int> indexes) =>
        new(Bisection, Call with { Nodes = [.. indexes.Select(i => Call.Nodes[i])] }, [.. indexes.Select(i => Places[i])]);
}

/// <summary>What Iterable made of a part.</summary>
internal abstract record PartResult
{
    private PartResult()
    {
    }

    /// <summary>Iterable processed it.</summary>
    public sealed record WentThrough : PartResult
    {
        public static WentThrough Instance { get; } = new();
    }

    /// <summary>Nothing is known of it.</summary>
    public sealed record Lost : PartResult
    {
        public static Lost Instance { get; } = new();
    }

    /// <summary>Iterable refused it whole.</summary>
    /// <param name="Refusal">In its words.</param>
    /// <param name="IsNamed">Finds the members who have what Iterable named; null when it named nothing.</param>
    public sealed record Refused(Refusal Refusal, Func<MemberNode, bool>? IsNamed = null) : PartResult;
}

/// <summary>A member whom Iterable refused, and why.</summary>
internal readonly record struct RejectedMember(MemberNode Node, Refusal Refusal);

/// <summary>What follows from the result of a part.</summary>
/// <param name="Rejected">Members who are to be settled as rejected.</param>
/// <param name="Released">Members who are to wait for another call.</param>
/// <param name="RequestIsRefused">Whether the request is refused for a reason of its own, whoever is in it.</param>
internal sealed record BisectionStep(IReadOnlyList<RejectedMember> Rejected, IReadOnlyList<MemberNode> Released, bool RequestIsRefused)
{
    public static BisectionStep Nothing { get; } = new([], [], false);
}
