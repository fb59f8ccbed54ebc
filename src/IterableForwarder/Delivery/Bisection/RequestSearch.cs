using IterableForwarder.Changes;
using IterableForwarder.Planning;

namespace IterableForwarder.Delivery.Bisection;

/// <summary>
/// The probes of a queue whose requests Iterable refuses for a reason of their own. Each probe carries one member, those first who were
/// never accused. A member refused in the words of the hold is accused and set aside; the first one that goes through shows that the
/// request is sound, and then the accused are tried once more, each for itself.
/// </summary>
internal sealed class RequestSearch
{
    private readonly Queue<(ChangeAction Action, MemberNode Node)> _accused = new();

    /// <summary>Whether anybody is set aside.</summary>
    public bool HasAccused => _accused.Count > 0;

    public void Accuse(ChangeAction action, MemberNode node) => _accused.Enqueue((action, node));

    /// <summary>The member who has been set aside longest, to be tried again where all are accused.</summary>
    public PlannedCall TakeOldest()
    {
        var (action, node) = _accused.Dequeue();
        return new(action, [node]);
    }

    /// <summary>Hands over everybody who is set aside, as calls of members that may go together.</summary>
    public IReadOnlyList<PlannedCall> TakeAccused()
    {
        var calls = _accused.GroupBy(a => (a.Action, a.Node.Settings), a => a.Node).Select(g => new PlannedCall(g.Key.Action, [.. g])).ToArray();
        _accused.Clear();
        return calls;
    }
}
