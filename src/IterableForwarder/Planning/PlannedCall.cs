using IterableForwarder.Changes;

namespace IterableForwarder.Planning;

/// <summary>Members that go to Iterable in one request: all to be added, or all to be removed.</summary>
/// <param name="Action">Add or remove.</param>
/// <param name="Nodes">In the order in which they are written.</param>
internal sealed record PlannedCall(ChangeAction Action, IReadOnlyList<MemberNode> Nodes);

/// <summary>How much may stand in one call.</summary>
/// <param name="Members">Members at most.</param>
/// <param name="Bytes">Bytes of body at most.</param>
internal sealed record CallLimits(int Members, int Bytes);
