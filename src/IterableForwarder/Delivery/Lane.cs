using Iterable.Client;
using IterableForwarder.Changes;
using IterableForwarder.Delivery.Calls;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Planning;

namespace IterableForwarder.Delivery;

/// <summary>
/// One connection on its way to Iterable: what of it is loaded, what is ready, and when it may send. Touched by its owner's loop only.
/// </summary>
internal sealed class Lane(ConnectionId connection, ChangeKind kind, Learned learned, DeliveryTools tools)
{
    /// <summary>Removes first: someone who has left should hear nothing more.</summary>
    private static readonly ChangeAction[] Actions = [ChangeAction.Remove, ChangeAction.Add];

    /// <summary>Bytes taken up in one go, for the same reason as <see cref="Slice"/>.</summary>
    private const long SliceBytes = 16 << 20;

    /// <summary>Failures in a row after which nothing more than one call's worth stays in memory.</summary>
    private const int ManyFailures = 3;

    /// <summary>
    /// Changes looked at together while nothing keeps them waiting: two seconds of the lists' budget. Most change a member once then, and a
    /// whole window would take 40 MB more, 60 beside an upload of millions.
    /// </summary>
    private const int FlowingWindow = 100_000;

    private readonly ICallKind _calls = CallKinds.Of(kind);

    /// <summary>When to ask again whether others have given memory back.</summary>
    private static readonly TimeSpan RoomPoll = TimeSpan.FromMilliseconds(100);

    private readonly DeliveryOptions _options = tools.Options;
    private readonly Dictionary<long, ListPlan> _plans = [];
    private long _bytes;

    /// <summary>
    /// Whether what waits may have waited since a failure, a hold or a start: then members may have changed many times. Until the journal has
    /// been read to its end with nothing failing.
    /// </summary>
    private bool _isBehind;

    private int Window => _isBehind ? _options.Window : Math.Min(_options.Window, FlowingWindow);

    /// <summary>Changes taken up in one go: about 30 ms of work, so that one connection's backlog does not keep the others waiting.</summary>
    private int Slice => Math.Min(20_000, _options.Window / 2);

    /// <summary>Held, or failing again and again: it may be so for hours.</summary>
    public bool IsStuck => IsHeld || IsProjectHeld || BackOff.Failures >= ManyFailures;

    /// <summary>What does not flow takes no room from what does.</summary>
    private LoadRoom Room => IsStuck ? LoadRoom.OneCall : tools.Memory.Room;

    public ConnectionId Connection => connection;

    /// <summary>Which budget its calls are paid from.</summary>
    public EndpointClass Class => _calls.EndpointClass;

    /// <summary>Whether the connection is held.</summary>
    public bool IsHeld { get; set; }

    /// <summary>Whether its project is, for the class of endpoint that it uses.</summary>
    public bool IsProjectHeld { get; set; }

    public BackOff BackOff { get; } = new(tools.Options.FirstBackOff, tools.Options.LongestBackOff, tools.Random);

    /// <summary>Until then a call of the process before may still land.</summary>
    public DateTimeOffset NotBefore { get; } = tools.Clock.Now + tools.UnderWay.LeftFromBefore(connection);

    /// <summary>When it last failed; calls that began before say nothing new.</summary>
    public DateTimeOffset FailedAt { get; private set; }

    /// <summary>Calls and settlements of this connection under way.</summary>
    public int InFlight { get; set; }

    /// <summary>Of those, the calls.</summary>
    public int Calls { get; set; }

    /// <summary>When a single call may next be tried while the connection is held.</summary>
    public DateTimeOffset NextProbe { get; set; }

    /// <summary>What was last written to the status, so that it is written once.</summary>
    public string? LastError { get; set; }

    public Learned Learned => learned;

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

    /// <summary>What is pending may have waited for long: it is looked at by the whole window.</summary>
    public void FallBehind() => _isBehind = true;

    /// <summary>A call failed; the next waits.</summary>
    public void Fail(DateTimeOffset now, TimeSpan? retryAfter)
    {
        FailedAt = now;
        FallBehind();
        BackOff.Fail(now, retryAfter);
    }

    /// <summary>Takes up what was read from the journal.</summary>
    public void Take(PendingEntry entry, PlannedEntry planned, long listId, IReadOnlySet<int>? late)
    {
        Loaded += planned.Pending;
        var cost = LoadedMemory.CostOf(planned.Pending, planned.Changes.Length);
        _bytes += cost;
        tools.Memory.Take(cost);
        LoadedUpTo = entry.Seq;
        PlanFor(listId, entry.Rule.Kind).Planner.Fold(planned, late);
    }

    /// <summary>What was there has been read, or, with <paramref name="more"/>, a slice of it; whatever is accepted from now on announces itself.</summary>
    public void HaveRead(bool more)
    {
        (HasBacklog, Announced) = (more, 0);
        if (!more && BackOff.Failures == 0) _isBehind = false;
    }

    public void Settled(int changes)
    {
        GiveBack(changes == Loaded ? _bytes : _bytes / Loaded * changes);
        Loaded -= changes;
    }

    /// <summary>Forgets all that is loaded: it stands in the journal. Only when no call is under way.</summary>
    public void Unload()
    {
        if (InFlight > 0) throw new InvalidOperationException("A lane with calls under way cannot be unloaded.");
        _plans.Clear();
        Forget();
        (Loaded, LoadedUpTo, HasBacklog, Announced) = (0, 0, true, 0);
        FallBehind();
    }

    /// <summary>Gives its memory back; nothing may be done with it afterwards but <see cref="Unload"/>.</summary>
    public void Forget() => GiveBack(_bytes);

    private ListPlan PlanFor(long listId, ChangeKind kind)
    {
        if (!_plans.TryGetValue(listId, out var plan)) _plans[listId] = plan = new ListPlan(listId, kind);
        return plan;
    }

    /// <summary>How much to read from the journal in one go; null when there is no room for a slice worth the read.</summary>
    public ReadLimit? NextSlice => Room switch
    {
        LoadRoom.Window when Window - Loaded >= Slice && _bytes < _options.WindowBytes => new(Slice, SliceBytes),
        LoadRoom.OneCall when Loaded == 0 => new(_calls.Limits.Members, 1 << 20),
        _ => null,
    };

    /// <summary>When to read on in the journal; null when there is nothing to read, or no room for it. While small changes gather, reading them would only split calls.</summary>
    public DateTimeOffset? NextReadAt(DateTimeOffset now)
    {
        if (!HasUnread) return null;
        if (NextSlice is null) return Loaded == 0 ? now + RoomPoll : null;
        var isGathering = !HasBacklog && Announced < learned.MostMembers && _plans.Count > 0;
        return isGathering ? Later(now, GatheredAt) : now;
    }

    /// <summary>Before that nothing may be sent, whatever is ready.</summary>
    public DateTimeOffset EarliestCall => Later(NotBefore, IsHeld ? Later(BackOff.Until, NextProbe) : BackOff.Until);

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
    public LaneCall TakeCall(Project project, DateTimeOffset now)
    {
        foreach (var plan in _plans.Values)
        {
            if (plan.TakeNarrowed() is { } part) return new(project, plan, part.Call, part);
            foreach (var action in Actions)
            {
                if (!(ReadyAt(plan, action, now) <= now)) continue;
                var limits = _calls.Limits with { Members = learned.MostMembers };
                var call = plan.Planner.TakeCall(action, limits, _calls.Lengths)!;
                // what did not fit into it for its bytes has gathered long enough
                if (call.Nodes.Count == learned.MostMembers || plan.Planner.ReadyFor(action) == 0) plan.Sent(action, now);
                return new(project, plan, call, null);
            }
        }
        throw new InvalidOperationException("No call is ready.");
    }

    private void GiveBack(long bytes)
    {
        _bytes -= bytes;
        tools.Memory.GiveBack(bytes);
    }

    /// <summary>When the gathering that followed the last call ends.</summary>
    private DateTimeOffset GatheredAt =>
        _plans.Count == 0 ? DateTimeOffset.UnixEpoch : _plans.Values.Max(p => Later(p.LastAdds, p.LastRemoves)) + _options.GatherTime;

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    /// <summary>Full calls go at once, and so does the first after a pause; small ones gather.</summary>
    private DateTimeOffset? ReadyAt(ListPlan plan, ChangeAction action, DateTimeOffset now) => plan.Planner.ReadyFor(action) switch
    {
        0 => null,
        var ready when ready >= learned.MostMembers => now,
        _ => Later(now, plan.LastSent(action) + _options.GatherTime),
    };
}

/// <summary>A call that a lane gives out.</summary>
/// <param name="Project">As it was then: its key and address are those the call goes with.</param>
/// <param name="Plan">The list it goes to.</param>
/// <param name="Call">Its members.</param>
/// <param name="Part">Set when it is part of the search for a bad member.</param>
internal sealed record LaneCall(Project Project, ListPlan Plan, PlannedCall Call, Narrowing.Part? Part);
