using IterableForwarder.Changes;

namespace IterableForwarder.Planning;

/// <summary>The members that wait for nobody, in the order in which they became ready, and the calls that are cut from them. For one thread at a time.</summary>
internal sealed class ReadyMembers
{
    /// <summary>Calls' worths of members with other settings that are passed over to fill a call: settings seldom change, and a queue is long.</summary>
    private const int OthersPassed = 10;

    private readonly Queue<MemberNode> _adds = new();
    private readonly Queue<MemberNode> _removes = new();

    public int Adds { get; private set; }

    public int Removes { get; private set; }

    public void Add(MemberNode node)
    {
        node.State = NodeState.Ready;
        CountReady(node, 1);
        var isQueued = node.Action == ChangeAction.Add ? node.QueuedToAdd : node.QueuedToRemove;
        if (isQueued) return;
        QueueOf(node.Action).Enqueue(node);
        if (node.Action == ChangeAction.Add) node.QueuedToAdd = true;
        else node.QueuedToRemove = true;
    }

    /// <summary>A later change takes the place of the one before, of a member that is ready or waits still.</summary>
    public void Replace(MemberNode node, ChangeReference later, ChangeAction action)
    {
        var ready = node.State == NodeState.Ready;
        if (ready) CountReady(node, -1);
        node.Replace(later, action);
        if (ready) Add(node);
    }

    /// <summary>See <see cref="CallPlanner.TakeCall"/>.</summary>
    public PlannedCall? TakeCall(ChangeAction action, CallLimits limits, CallLengths lengths)
    {
        var queue = QueueOf(action);
        var nodes = new List<MemberNode>(Math.Min(limits.Members, CountOf(action)));
        var others = new Queue<MemberNode>(0);
        var lengthOf = lengths.AtMost;
        for (long bytes = 0; nodes.Count < limits.Members && queue.TryPeek(out var node);)
        {
            if (node.State == NodeState.Ready && node.Action == action)
            {
                if (nodes.Count > 0 && node.Settings != nodes[0].Settings)
                {
                    // for another call: those like it keep their order, unless more are passed over than may be
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
            // else it changed its mind while it was here, or has gone already
            Unqueue(queue.Dequeue(), action);
        }
        while (others.TryDequeue(out var other)) queue.Enqueue(other);
        return nodes.Count > 0 ? new(action, nodes) : null;
    }

    /// <summary>All of them; one may come twice.</summary>
    public IEnumerable<MemberNode> All() => _removes.Concat(_adds).Where(node => node.State == NodeState.Ready);

    private int CountOf(ChangeAction action) => action == ChangeAction.Add ? Adds : Removes;

    private static void Unqueue(MemberNode node, ChangeAction action)
    {
        if (action == ChangeAction.Add) node.QueuedToAdd = false;
        else node.QueuedToRemove = false;
    }

    private Queue<MemberNode> QueueOf(ChangeAction action) => action == ChangeAction.Add ? _adds : _removes;

    private void CountReady(MemberNode node, int change)
    {
        if (node.Action == ChangeAction.Add) Adds += change;
        else Removes += change;
    }
}
