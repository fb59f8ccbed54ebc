using System.Runtime.InteropServices;
using IterableForwarder.Changes;
using IterableForwarder.Mapping;

namespace IterableForwarder.Planning;

/// <summary>
/// Plans the calls for one connection and list. Entries go in, in order of acceptance; calls come out. It keeps each member's
/// last change, lets different members fly together, and never lets a change fly beside, or ahead of, an earlier one of the same
/// member. Who is the same member, <see cref="MemberIdentity"/> says. Deterministic, and without any I/O; for one thread at a time.
/// </summary>
/// <remarks>
/// Members are found by fingerprint. Two that merely share one (a collision) count as overlapping: they go one after the other,
/// which costs a call and harms nobody; only those whose identifiers are the same to the byte are ever merged. Where an identifier
/// is only carried, it is left out of the comparison.
/// <para>
/// All open changes are compared by the same identifiers. A change that is identified in another way, as its project's type was
/// changed or it lacks the identifier that the others go by, waits until all before it are settled: with identifiers that some only
/// carry, it could have to wait for any number of them.
/// </para>
/// </remarks>
/// <param name="lastChangeWins">False where each change stands for itself, in no order.</param>
internal sealed class CallPlanner(bool lastChangeWins = true)
{
    private readonly Dictionary<ulong, MemberNode> _lastByEmail = [];
    private readonly Dictionary<ulong, MemberNode> _lastByUserId = [];
    private readonly ReadyMembers _ready = new();

    /// <summary>What waits until those who are identified in another way are settled, in order.</summary>
    private readonly Queue<ChangeReference> _deferred = new();

    /// <summary>What all open changes are compared by.</summary>
    private IdentifiedBy _by;

    /// <summary>Where a missing identifier is looked up; always null.</summary>
    private MemberNode? _nobody;

    /// <summary>Members that could go into a call of adds now.</summary>
    public int ReadyAdds => _ready.Adds;

    /// <summary>Members that could go into a call of removes now.</summary>
    public int ReadyRemoves => _ready.Removes;

    /// <summary>Members that are not settled yet, ready or not; without those that are not compared with others yet.</summary>
    public int Open { get; private set; }

    public int ReadyFor(ChangeAction action) => action == ChangeAction.Add ? ReadyAdds : ReadyRemoves;

    /// <summary>
    /// Takes up the pending changes of an entry; those at the positions in <paramref name="late"/> are left out, and whoever calls settles them.
    /// </summary>
    public void Fold(PlannedEntry entry, IReadOnlySet<int>? late = null)
    {
        var offset = 0;
        for (var position = 0; position < entry.Count; position++)
        {
            var start = offset;
            var change = ChangeCodec.Read(entry.Changes, ref offset);
            if (entry.Outcomes[position] != (byte)Outcome.Pending || late?.Contains(position) is true) continue;
            var identifiers = change.Email.Length + change.CustomerId.Length + change.Mpid.Length;
            var reference = new ChangeReference(entry, position, start, identifiers, change.Attributes.Length);
            if (_deferred.Count > 0 || !TryFold(reference, change)) _deferred.Enqueue(reference);
        }
    }

    /// <summary>The next call of this kind, or null when no member is ready for one. Its members stay with it until it is completed or released.</summary>
    /// <param name="action">Add or remove.</param>
    /// <param name="limits">What the call may contain; one member always may.</param>
    /// <param name="lengths">How long they are; looked at closely only where the cheap bound would end the call.</param>
    public PlannedCall? TakeCall(ChangeAction action, CallLimits limits, CallLengths lengths) => _ready.TakeCall(action, limits, lengths);

    /// <summary>Members that could go into a call now.</summary>
    public IEnumerable<MemberNode> AllReady() => _ready.All();

    /// <summary>A member of a call is done with: whoever waited for it alone becomes ready.</summary>
    public void Complete(MemberNode node)
    {
        if (node.State != NodeState.InCall) throw new InvalidOperationException($"A member that is {node.State} cannot be completed.");
        node.State = NodeState.Settled;
        Open--;
        Forget(_lastByEmail, node.EmailFingerprint, node);
        Forget(_lastByUserId, node.UserIdFingerprint, node);
        foreach (var waiter in node.Waiters) Unblock(waiter);
        if (Open == 0) FoldDeferred();
    }

    /// <summary>A member of a call goes back, as the call came to nothing; if a later change of the same member waits for it alone, that one goes in its place.</summary>
    public void Release(MemberNode node)
    {
        if (node.State != NodeState.InCall) throw new InvalidOperationException($"A member that is {node.State} cannot be released.");
        node.WasReleased = true;
        // sent again, this change would only be undone by the later one: Iterable need not see it
        if (node.Waiters is [{ BlockedBy: 1 } later] && IsSame(node, later))
        {
            later.Absorb(node);
            node.State = NodeState.Settled;
            Open--;
            Unblock(later);
            return;
        }
        _ready.Add(node);
    }

    private void FoldDeferred()
    {
        while (_deferred.TryPeek(out var next) && TryFold(next, next.Read())) _deferred.Dequeue();
    }

    /// <summary>False when it cannot be compared with those that are open.</summary>
    private bool TryFold(ChangeReference reference, in Change change)
    {
        var rule = reference.Entry.Rule;
        var member = MemberMapper.Map(change, rule);
        if (member.Dropped is not null) throw new InvalidOperationException("A dropped change is never pending.");
        var by = MemberIdentity.Of(member, rule);
        // events are not compared: each goes out, in any order
        if (!lastChangeWins)
        {
            Open++;
            var (email, userId) = FingerprintsOf(MemberIdentity.Only(by, member));
            _ready.Add(new MemberNode(reference, change.Action, email, userId));
            return true;
        }
        if (Open == 0) _by = by;
        // by both identifiers, each is compared with at least those it must wait for
        if (_by != by && _by != IdentifiedBy.Either) return false;
        Fold(reference, change.Action, MemberIdentity.Only(_by, member));
        return true;
    }

    private void Fold(ChangeReference reference, ChangeAction action, in MappedMember identity)
    {
        // 1. Find the last open change under each identifier.
        // 2. Where that is one and the same change, not in a call yet, and of the same identifiers: replace it.
        // 3. Else add a change that waits for each of them, and is the last one under its identifiers from now on.
        var (email, userId) = FingerprintsOf(identity);
        // one lookup each finds or adds the entry; nothing else may touch the maps while these references are in use
        // (https://learn.microsoft.com/dotnet/api/system.runtime.interopservices.collectionsmarshal.getvaluereforadddefault)
        ref var byEmail = ref PlaceOf(_lastByEmail, email, ref _nobody);
        ref var byUserId = ref PlaceOf(_lastByUserId, userId, ref _nobody);
        var (lastByEmail, lastByUserId) = (byEmail, byUserId);
        var last = lastByEmail ?? lastByUserId;

        if (last is not null && IsLastOfAll(last, lastByEmail, lastByUserId, email, userId) && last.State != NodeState.InCall && IdentityOf(last).IsSamePairAs(identity))
        {
            _ready.Replace(last, reference, action);
            return;
        }

        var node = new MemberNode(reference, action, email, userId);
        Open++;
        WaitFor(node, lastByEmail);
        if (lastByUserId != lastByEmail) WaitFor(node, lastByUserId);
        if (email != 0) byEmail = node;
        if (userId != 0) byUserId = node;
        if (node.BlockedBy == 0) _ready.Add(node);
    }

    private static (ulong Email, ulong UserId) FingerprintsOf(in MappedMember identity) => (
        identity.Email.IsEmpty ? 0 : MemberFingerprint.OfEmail(identity.Email.Span),
        identity.UserId.IsEmpty ? 0 : MemberFingerprint.OfUserId(identity.UserId.Span));

    private MappedMember IdentityOf(MemberNode node) => MemberIdentity.Only(_by, node.ReadMember());

    /// <summary>True when no other change has come between under either identifier.</summary>
    private static bool IsLastOfAll(MemberNode last, MemberNode? byEmail, MemberNode? byUserId, ulong email, ulong userId) =>
        (email == 0 || byEmail == last) && (userId == 0 || byUserId == last);

    private bool IsSame(MemberNode one, MemberNode other) => IdentityOf(one).IsSamePairAs(IdentityOf(other));

    /// <summary>The index of the last change of an identifier; of a missing identifier, <paramref name="nobody"/>.</summary>
    private static ref MemberNode? PlaceOf(Dictionary<ulong, MemberNode> last, ulong fingerprint, ref MemberNode? nobody)
    {
        if (fingerprint == 0) return ref nobody;
        return ref CollectionsMarshal.GetValueRefOrAddDefault(last, fingerprint, out _);
    }

    private static void WaitFor(MemberNode node, MemberNode? earlier)
    {
        if (earlier is null) return;
        earlier.AddWaiter(node);
        node.BlockedBy++;
    }

    private static void Forget(Dictionary<ulong, MemberNode> last, ulong fingerprint, MemberNode node)
    {
        if (fingerprint != 0 && last.Remove(fingerprint, out var known) && known != node) last[fingerprint] = known;
    }

    private void Unblock(MemberNode node)
    {
        if (--node.BlockedBy == 0) _ready.Add(node);
    }
}
