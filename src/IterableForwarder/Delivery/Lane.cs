using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Planning;

namespace IterableForwarder.Delivery;

/// <summary>
/// One connection on its way to Iterable: what of it is loaded, what is ready, and when it may send. Touched by its owner's loop only.
/// </summary>
internal sealed class Lane(ConnectionId connection, DeliveryOptions options, Random random)
{
    /// <summary>Removes first: someone who has left should hear nothing more.</summary>
    private static readonly ChangeAction[] Actions = [ChangeAction.Remove, ChangeAction.Add];

    private readonly Dictionary<long, ListPlan> _plans = [];

    /// <summary>Changes taken up in one go: about 30 ms of work, so that one connection's backlog does not keep the others waiting.</summary>
    private int Slice => Math.Min(20_000, options.Window / 2);

    public ConnectionId Connection => connection;

    public BackOff BackOff { get; } = new(options.FirstBackOff, options.LongestBackOff, random);

    /// <summary>When it last failed; calls that began before say nothing new.</summary>
    public DateTimeOffset FailedAt { get; set; }

    /// <summary>Calls and settlements of this connection under way.</summary>
    public int InFlight { get; set; }

    /// <summary>Of those, the calls.</summary>
    public int Calls { get; set; }

    /// <summary>When a single call may next be tried while the connection is held.</summary>
    public DateTimeOffset NextProbe { get; set; }

    /// <summary>What was last written to the status, so that it is written once.</summary>
    public string? LastError { get; set; }

    /// <summary>Members that one call may carry here, learned from what Iterable called too large.</summary>
    public int MostMembers { get; set; } = RequestBuilder.Limits.Members;

    /// <summary>The last entry that is loaded; what comes behind it is still in the journal.</summary>
    public long LoadedUpTo { get; private set; }

    /// <summary>True while the journal is known to hold more than what is loaded.</summary>
    public bool HasBacklog { get; private set; } = true;

    /// <summary>Changes accepted since the journal was last read to its end.</summary>
    public long Announced { get; private set; }

    public bool HasUnread => HasBacklog || Announced > 0;

    /// <summary>Changes loaded and not settled.</summary>
    public int Loaded { get; private set; }

    /// <summary>Nothing to do, nothing under way, and nothing to remember: what has just sent must not be taken for new, or it would not gather.</summary>
    public bool IsIdle(DateTimeOffset now) => !HasUnread && Loaded == 0 && InFlight == 0 && GatheredAt <= now;

    public void Accepted(long changes) => Announced += changes;

    /// <summary>Takes up what was read from the journal.</summary>
    public void Take(PendingEntry entry, PlannedEntry planned, IReadOnlySet<int>? late)
    {
        Loaded += planned.Pending;
        LoadedUpTo = entry.Seq;
        PlanFor(entry.Rule.ListId!.Value).Planner.Fold(planned, late);
    }

    /// <summary>What was there has been read, or, with <paramref name="more"/>, a slice of it; whatever is accepted from now on announces itself.</summary>
    public void HaveRead(bool more) => (HasBacklog, Announced) = (more, 0);

    public void Settled(int changes) => Loaded -= changes;

    /// <summary>Forgets all that is loaded: it stands in the journal. Only when no call is under way.</summary>
    public void Unload()
    {
        if (InFlight > 0) throw new InvalidOperationException("A lane with calls under way cannot be unloaded.");
        _plans.Clear();
        (Loaded, LoadedUpTo, HasBacklog, Announced) = (0, 0, true, 0);
    }

    public ListPlan PlanFor(long listId)
    {
        if (!_plans.TryGetValue(listId, out var plan)) _plans[listId] = plan = new ListPlan(listId);
        return plan;
    }

    /// <summary>How many changes to read from the journal in one go; 0 when there is no room for a slice worth the read.</summary>
    public int NextSlice => options.Window - Loaded >= Slice ? Slice : 0;

    /// <summary>When to read on in the journal; null when there is nothing to read, or no room for it. While small changes gather, reading them would only split calls.</summary>
    public DateTimeOffset? NextReadAt(DateTimeOffset now)
    {
        if (!HasUnread || NextSlice == 0) return null;
        var isGathering = !HasBacklog && Announced < MostMembers && _plans.Count > 0;
        return isGathering ? Later(now, GatheredAt) : now;
    }

    /// <summary>When the next call may go, at once or after some gathering; null when nothing is ready.</summary>
    public DateTimeOffset? NextCallAt(DateTimeOffset now)
    {
        DateTimeOffset? next = null;
        foreach (var plan in _plans.Values)
        {
            if (plan.HasNarrowed) return now;
            foreach (var action in Actions)
            {
                if (ReadyAt(plan, action, now) is { } at && !(next <= at)) next = at;
            }
        }
        return next;
    }

    /// <summary>The call that <see cref="NextCallAt"/> spoke of, once its time has come.</summary>
    public LaneCall TakeCall(DateTimeOffset now)
    {
        foreach (var plan in _plans.Values)
        {
            if (plan.TakeNarrowed() is { } part) return new(plan, part.Call, part, now);
            foreach (var action in Actions)
            {
                if (!(ReadyAt(plan, action, now) <= now)) continue;
                var limits = RequestBuilder.Limits with { Members = MostMembers };
                var call = plan.Planner.TakeCall(action, limits, RequestBuilder.LengthOf)!;
                // what did not fit into it for its bytes has gathered long enough
                if (call.Nodes.Count == MostMembers || plan.Planner.ReadyFor(action) == 0) plan.Sent(action, now);
                return new(plan, call, null, now);
            }
        }
        throw new InvalidOperationException("No call is ready.");
    }

    /// <summary>When the gathering that followed the last call ends.</summary>
    private DateTimeOffset GatheredAt =>
        _plans.Count == 0 ? DateTimeOffset.UnixEpoch : _plans.Values.Max(p => Later(p.LastAdds, p.LastRemoves)) + options.GatherTime;

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    /// <summary>Full calls go at once, and so does the first after a pause; small ones gather.</summary>
    private DateTimeOffset? ReadyAt(ListPlan plan, ChangeAction action, DateTimeOffset now) => plan.Planner.ReadyFor(action) switch
    {
        0 => null,
        var ready when ready >= MostMembers => now,
        _ => Later(now, plan.LastSent(action) + options.GatherTime),
    };
}

/// <summary>A call that a lane gives out.</summary>
/// <param name="Plan">The list it goes to.</param>
/// <param name="Call">Its members.</param>
/// <param name="Part">Set when it is part of the search for a bad member.</param>
/// <param name="StartedAt">When it was given out.</param>
internal sealed record LaneCall(ListPlan Plan, PlannedCall Call, Narrowing.Part? Part, DateTimeOffset StartedAt);

/// <summary>What of a connection goes to one list. There are several only after the connection's list was changed.</summary>
internal sealed class ListPlan(long listId)
{
    private readonly List<Narrowing> _narrowings = [];

    public long ListId => listId;

    public CallPlanner Planner { get; } = new();

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
