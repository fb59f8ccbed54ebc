using System.Runtime.InteropServices;
using IterableForwarder.Changes;
using IterableForwarder.Mapping;

namespace IterableForwarder.Planning;

/// <summary>
/// Plans the calls for one connection and list. Entries go in, in order of acceptance; calls come out. It keeps each member's
/// last change, lets different members fly together, and never lets a change fly beside, or ahead of, an earlier one that shares
/// an identifier with it. Deterministic, and without any I/O; for one thread at a time.
/// </summary>
/// <remarks>
/// Members are found by fingerprint. Two that merely share one (a collision) count as overlapping: they go one after the other,
/// which costs a call and harms nobody; only the same pair of identifiers, to the byte, is ever merged.
/// </remarks>
/// <param name="isOfEvents">Events are not the last word on anybody: each goes for itself, in no order.</param>
internal sealed class CallPlanner(bool isOfEvents = false)
{
    /// <summary>Calls' worths of members with other settings that are passed over to fill a call: settings seldom change, and a queue is long.</summary>
    private const int OthersPassed = 10;

    private readonly Dictionary<ulong, MemberNode> _lastByEmail = [];
    private readonly Dictionary<ulong, MemberNode> _lastByUserId = [];
    private readonly Queue<MemberNode> _adds = new();
    private readonly Queue<MemberNode> _removes = new();

    /// <summary>Where a missing identifier is looked up; always null.</summary>
    private MemberNode? _nobody;

    /// <summary>Members that could go into a call of adds now.</summary>
    public int ReadyAdds { get; private set; }

    /// <summary>Members that could go into a call of removes now.</summary>
    public int ReadyRemoves { get; private set; }

    /// <summary>Members that are not settled yet, ready or not.</summary>
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
            var reference = new ChangeReference(entry, position, offset);
            var change = ChangeCodec.Read(entry.Changes, ref offset);
            if (entry.Outcomes[position] == (byte)Outcome.Pending && late?.Contains(position) is not true) Fold(reference, change);
        }
    }

    /// <summary>The next call of this kind, or null when no member is ready for one. Its members stay with it until it is completed or released.</summary>
    /// <param name="action">Add or remove.</param>
    /// <param name="limits">What may stand in the call; one member always may.</param>
    /// <param name="lengths">How long they are; looked at closely only where the cheap bound would end the call.</param>
    public PlannedCall? TakeCall(ChangeAction action, CallLimits limits, CallLengths lengths)
    {
        var queue = QueueOf(action);
        var nodes = new List<MemberNode>(Math.Min(limits.Members, ReadyFor(action)));
        var others = new Queue<MemberNode>(0);
        var lengthOf = lengths.AtMost;
        for (long bytes = 0; nodes.Count < limits.Members && queue.TryPeek(out var node);)
        {
            if (node.State == NodeState.Ready && node.Action == action)
            {
                if (nodes.Count > 0 && node.Settings != nodes[0].Settings)
                {
                    // for another call: it keeps its place among those like it
                    if (others.Count == limits.Members * OthersPassed) break;
                    others.Enqueue(queue.Dequeue());
                    continue;
                }
                bytes += lengthOf(node);
                if (bytes > limits.Bytes && lengthOf != lengths.Bound)
                {
                    lengthOf = lengths.Bound;
                    bytes = nodes.Sum(n => (long)lengthOf(n)) + lengthOf(node);
                }
                if (bytes > limits.Bytes && nodes.Count > 0) break;
                nodes.Add(node);
                CountReady(node, -1);
                node.State = NodeState.InCall;
            }
            // else it changed its mind while it stood here, or has gone already
            Unqueue(queue.Dequeue(), action);
        }
        while (others.TryDequeue(out var other)) queue.Enqueue(other);
        return nodes.Count > 0 ? new(action, nodes) : null;
    }

    /// <summary>Members that could go into a call now.</summary>
    public IEnumerable<MemberNode> AllReady() => _removes.Concat(_adds).Where(node => node.State == NodeState.Ready);

    /// <summary>A member of a call is done with: whoever waited for it alone becomes ready.</summary>
    public void Complete(MemberNode node)
    {
        if (node.State != NodeState.InCall) throw new InvalidOperationException($"A member that is {node.State} cannot be completed.");
        node.State = NodeState.Settled;
        Open--;
        Forget(_lastByEmail, node.EmailFingerprint, node);
        Forget(_lastByUserId, node.UserIdFingerprint, node);
        foreach (var waiter in node.Waiters) Unblock(waiter);
    }

    /// <summary>A member of a call goes back, as the call came to nothing; if a later change of the same pair waits for it alone, that one goes in its place.</summary>
    public void Release(MemberNode node)
    {
        if (node.State != NodeState.InCall) throw new InvalidOperationException($"A member that is {node.State} cannot be released.");
        node.WasReleased = true;
        if (node.Waiters is [{ BlockedBy: 1 } later] && IsSamePair(node, later))
        {
            later.Absorb(node);
            node.State = NodeState.Settled;
            Open--;
            Unblock(later);
            return;
        }
        MakeReady(node);
    }

    private void Fold(ChangeReference reference, in Change change)
    {
        var member = MemberMapper.Map(change, reference.Entry.Rule);
        if (member.Dropped is not null) throw new InvalidOperationException("A dropped change is never pending.");
        var email = member.Email.IsEmpty ? 0 : MemberFingerprint.OfEmail(member.Email.Span);
        var userId = member.UserId.IsEmpty ? 0 : MemberFingerprint.OfUserId(member.UserId.Span);
        if (isOfEvents)
        {
            Open++;
            MakeReady(new MemberNode(reference, change.Action, email, userId));
            return;
        }
        // found or added by one look each; nothing touches the maps until the new node is put there
        ref var byEmail = ref PlaceOf(_lastByEmail, email, ref _nobody);
        ref var byUserId = ref PlaceOf(_lastByUserId, userId, ref _nobody);
        var (lastByEmail, lastByUserId) = (byEmail, byUserId);
        var last = lastByEmail ?? lastByUserId;

        if (last is not null && IsLastOfPair(last, lastByEmail, lastByUserId, email, userId) && last.State != NodeState.InCall && last.ReadMember().IsSamePairAs(member))
        {
            Replace(last, reference, change.Action);
            return;
        }

        var node = new MemberNode(reference, change.Action, email, userId);
        Open++;
        WaitFor(node, lastByEmail);
        if (lastByUserId != lastByEmail) WaitFor(node, lastByUserId);
        if (email != 0) byEmail = node;
        if (userId != 0) byUserId = node;
        if (node.BlockedBy == 0) MakeReady(node);
    }

    /// <summary>True when no other change has come between under either identifier.</summary>
    private static bool IsLastOfPair(MemberNode last, MemberNode? byEmail, MemberNode? byUserId, ulong email, ulong userId) =>
        (email == 0 || byEmail == last) && (userId == 0 || byUserId == last);

    private static bool IsSamePair(MemberNode one, MemberNode other) => one.ReadMember().IsSamePairAs(other.ReadMember());

    /// <summary>Where the last change of an identifier stands; of a missing identifier, <paramref name="nobody"/>.</summary>
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

    private void Replace(MemberNode node, ChangeReference later, ChangeAction action)
    {
        var ready = node.State == NodeState.Ready;
        if (ready) CountReady(node, -1);
        node.Replace(later, action);
        if (ready) MakeReady(node);
    }

    private void Unblock(MemberNode node)
    {
        if (--node.BlockedBy == 0) MakeReady(node);
    }

    private void MakeReady(MemberNode node)
    {
        node.State = NodeState.Ready;
        CountReady(node, 1);
        var isQueued = node.Action == ChangeAction.Add ? node.QueuedToAdd : node.QueuedToRemove;
        if (isQueued) return;
        QueueOf(node.Action).Enqueue(node);
        if (node.Action == ChangeAction.Add) node.QueuedToAdd = true;
        else node.QueuedToRemove = true;
    }

    private static void Unqueue(MemberNode node, ChangeAction action)
    {
        if (action == ChangeAction.Add) node.QueuedToAdd = false;
        else node.QueuedToRemove = false;
    }

    private Queue<MemberNode> QueueOf(ChangeAction action) => action == ChangeAction.Add ? _adds : _removes;

    private void CountReady(MemberNode node, int change)
    {
        if (node.Action == ChangeAction.Add) ReadyAdds += change;
        else ReadyRemoves += change;
    }
}
