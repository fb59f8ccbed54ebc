using IterableForwarder.Changes;

namespace IterableForwarder.Planning;

/// <summary>Members that go to Iterable in one request: all to be added, or all to be removed.</summary>
/// <param name="Action">Add or remove.</param>
/// <param name="Nodes">In the order in which they are written.</param>
internal sealed record PlannedCall(ChangeAction Action, IReadOnlyList<MemberNode> Nodes)
{
    /// <summary>What is said with it, the same for all its members; null where the connection's settings count.</summary>
    public CallSettings? Settings => Nodes[0].Settings;
}

/// <summary>How much one call may contain.</summary>
/// <param name="Members">Members at most.</param>
/// <param name="Bytes">Bytes of body at most.</param>
internal sealed record CallLimits(int Members, int Bytes);

/// <summary>How many bytes a member takes in the body.</summary>
/// <param name="AtMost">At most so many; cheap.</param>
/// <param name="Bound">A closer upper bound, which costs as much as writing it.</param>
internal sealed record CallLengths(Func<MemberNode, int> AtMost, Func<MemberNode, int> Bound);
