using IterableForwarder.Changes;
using IterableForwarder.Delivery.Calls;
using IterableForwarder.Planning;

namespace IterableForwarder.Delivery;

/// <summary>What of a connection goes to one list. There are several only after the connection's list was changed.</summary>
internal sealed class ListPlan(long listId, ChangeKind kind)
{
    private readonly List<Narrowing> _narrowings = [];

    public long ListId => listId;

    public ChangeKind Kind => kind;

    public CallPlanner Planner { get; } = new(CallKinds.Of(kind).LastChangeWins);

    public DateTimeOffset LastAdds { get; private set; } = DateTimeOffset.UnixEpoch;

    public DateTimeOffset LastRemoves { get; private set; } = DateTimeOffset.UnixEpoch;

    public DateTimeOffset LastSent(ChangeAction action) => action == ChangeAction.Add ? LastAdds : LastRemoves;

    public void Sent(ChangeAction action, DateTimeOffset at)
    {
        if (action == ChangeAction.Add) LastAdds = at;
        else LastRemoves = at;
    }

    public void Begin(Narrowing narrowing) => _narrowings.Add(narrowing);

    public void End(Narrowing narrowing) => _narrowings.Remove(narrowing);

    public bool HasNarrowed => _narrowings.Exists(n => n.HasWaiting);

    public Narrowing.Part? TakeNarrowed() => _narrowings.FirstOrDefault(n => n.HasWaiting)?.Next();
}
