using Iterable.Client;
using IterableForwarder.Changes;
using IterableForwarder.Delivery.Bisection;
using IterableForwarder.Delivery.Calls;
using IterableForwarder.Delivery.Pacing;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Planning;

namespace IterableForwarder.Delivery.Dispatch;

/// <summary>
/// The pending changes of one feed, of a connection for one list, on their way to Iterable: what of it is loaded, what is ready, and when it may be sent. Touched by
/// its dispatcher's loop only.
/// </summary>
internal sealed class DeliveryQueue(FeedId feed, long? listId, ChangeKind kind, LearnedLimits learned, DeliveryTools tools)
{
    /// <summary>Removes first: someone who has left should hear nothing more.</summary>
    private static readonly ChangeAction[] Actions = [ChangeAction.Remove, ChangeAction.Add];

    /// <summary>Bytes loaded in one go, for the same reason as <see cref="Slice"/>.</summary>
    private const long SliceBytes = 16 << 20;

    /// <summary>Failures in a row after which nothing more than one call's worth stays in memory.</summary>
    private const int ManyFailures = 3;

    /// <summary>
    /// Changes looked at together while nothing keeps them waiting: two seconds of the usual budget, 10 calls of 1000 members a second. Most
    /// change a member once then. With 50,000 a flood of bulk peaked at 237 to 251 MB instead of 214 to 227, and took as much CPU or more.
    /// </summary>
    private const int FlowingWindow = 20_000;

    /// <summary>Changes more for each second that an answer takes: so many of the usual budget are in calls then, and the next must be ready.</summary>
    private const int FlowingPerSecond = 10_000;

    /// <summary>How soon to look again for room in memory: what takes it comes and goes in steps of some milliseconds.</summary>
    private static readonly TimeSpan RoomPoll = TimeSpan.FromMilliseconds(100);

    private readonly ICallKind _call = CallKinds.Of(kind);
    private readonly DeliveryOptions _options = tools.Options;
    private readonly List<MemberBisection> _bisections = [];
    private TimeSpan _answerTook;
    private long _bytes;
    private DateTimeOffset _lastAdds = DateTimeOffset.UnixEpoch;
    private DateTimeOffset _lastRemoves = DateTimeOffset.UnixEpoch;

    /// <summary>
    /// Whether what waits may have waited since a failure, a hold or a start: then members may have changed many times. Until the journal has
    /// been read to its end with nothing failing.
    /// </summary>
    private bool _isBehind;

    public FeedId Feed => feed;

    /// <summary>Null for a stream, and for a list of which only the name is known.</summary>
    public long? ListId => listId;

    public ChangeKind Kind => kind;

    /// <summary>Which budget its calls are paid from.</summary>
    public EndpointClass Class => _call.EndpointClass;

    public CallPlanner Planner { get; private set; } = new(CallKinds.Of(kind).LastChangeWins);

    public LearnedLimits Learned => learned;

    public BackOff BackOff { get; } = new(tools.Options.MinBackOff, tools.Options.MaxBackOff, tools.Random);

    /// <summary>Until then a call of the process before may still land.</summary>
    public DateTimeOffset NotBefore { get; } = tools.Clock.Now + tools.InFlight.LeftFromBefore(feed);

    /// <summary>When it last failed; calls that were sent before say nothing new.</summary>
    public DateTimeOffset FailedAt { get; private set; }

    public bool IsHeld { get; set; }

    /// <summary>Whether its project is held, for the class of endpoint that it uses.</summary>
    public bool IsProjectHeld { get; set; }

    /// <summary>When a single call may next be tried while it is held.</summary>
    public DateTimeOffset NextProbe { get; set; }

    /// <summary>Set while it is held because its requests are refused.</summary>
    public RequestSearch? Search { get; set; }

    /// <summary>Calls, loads and settlements in flight.</summary>
    public int InFlight { get; set; }

    /// <summary>Of those, the calls.</summary>
    public int Calls { get; set; }

    public bool IsLoading { get; set; }

    /// <summary>Set while its list, which was found or created by name, is gone: it is looked for by name before anything else is sent.</summary>
    public bool IsListGone { get; set; }

    /// <summary>Set once it is no longer one of its dispatcher's.</summary>
    public bool IsRetired { get; set; }

    /// <summary>What was last written to the status, so that it is written once.</summary>
    public string? LastError { get; set; }

    /// <summary>The last entry that is loaded; what comes behind it is still in the journal.</summary>
    public long LoadedUpTo { get; private set; }

    /// <summary>True while the journal is known to hold more than what is loaded.</summary>
    public bool HasBacklog { get; private set; } = true;

    /// <summary>Changes accepted since the journal was last read to its end.</summary>
    public long Announced { get; private set; }

    public bool HasUnread => HasBacklog || Announced > 0;

    /// <summary>Changes loaded and not settled.</summary>
    public int Loaded { get; private set; }

    /// <summary>Held, or failing again and again: it may be so for hours.</summary>
    public bool IsStuck => IsHeld || IsProjectHeld || BackOff.Failures >= ManyFailures;

    /// <summary>The entry that is to blame where a call cannot be taken: the first that makes a call of its own impossible.</summary>
    public EntryFailedException FailureOf(Exception cause)
    {
        var lengths = _call.Lengths;
        foreach (var node in Planner.AllReady())
        {
            try
            {
                _ = lengths.Bound(node) + lengths.AtMost(node);
            }
            catch (Exception e)
            {
                return node.FailedBy(e);
            }
        }
        return new EntryFailedException(null, 0, cause);
    }

    /// <summary>Nothing to do, nothing in flight, and nothing to remember: what has just sent must not be taken for new, or it would not gather.</summary>
    public bool IsIdle(DateTimeOffset now) => !HasUnread && Loaded == 0 && InFlight == 0 && GatheredAt <= now;

    /// <summary>What decides its next step, beside its feed's settings.</summary>
    public QueueState StateAt(DateTimeOffset now, bool hasRoom)
    {
        return new()
        {
            IsHeld = IsHeld,
            IsStuck = IsStuck,
            IsSearching = Search is { HasAccused: true },
            InFlight = InFlight,
            IsLoading = IsLoading,
            Failures = BackOff.Failures,
            Loaded = Loaded,
            HasUnread = HasUnread,
            NotBefore = NotBefore,
            BackOffUntil = BackOff.Until,
            NextProbe = NextProbe,
            ReadAt = IsLoading ? null : NextReadAt(now),
            CallAt = NextCallAt(now),
            HasRoom = hasRoom,
        };
    }

    public void Accepted(long changes) => Announced += changes;

    /// <summary>What is pending may have waited for long: it is looked at by the whole window.</summary>
    public void FallBehind() => _isBehind = true;

    /// <summary>There is more in the journal than was known.</summary>
    public void FindBacklog()
    {
        HasBacklog = true;
        FallBehind();
    }

    /// <summary>A call was answered, or given up.</summary>
    public void Answered(TimeSpan took) => _answerTook = took;

    /// <summary>A call failed; the next waits.</summary>
    public void Fail(DateTimeOffset now, TimeSpan? retryAfter)
    {
        FailedAt = now;
        FallBehind();
        BackOff.Fail(now, retryAfter);
    }

    /// <summary>An operator wants it to be tried at once.</summary>
    public void EndWaits()
    {
        BackOff.EndWait();
        NextProbe = DateTimeOffset.MinValue;
    }

    /// <summary>Takes up what was read from the journal. The memory is counted as taken.</summary>
    public void Take(LoadedEntry entry)
    {
        Loaded += entry.Planned.Pending;
        _bytes += entry.Cost;
        LoadedUpTo = entry.Planned.Seq;
        Planner.Fold(entry.Planned, entry.Late);
    }

    /// <summary>What was there has been read, or, with <paramref name="more"/>, a slice of it.</summary>
    /// <param name="more">Whether there may be more.</param>
    /// <param name="announcedBefore">What had been announced when reading began: what was accepted since may have come too late to be read.</param>
    public void HaveRead(bool more, long announcedBefore)
    {
        (HasBacklog, Announced) = (more, Math.Max(0, Announced - announcedBefore));
        if (!more && BackOff.Failures == 0) _isBehind = false;
    }

    public void Settled(int changes)
    {
        GiveBack(changes == Loaded ? _bytes : _bytes / Loaded * changes);
        Loaded -= changes;
    }

    /// <summary>Forgets all that is loaded: it is in the journal. Only when nothing is in flight.</summary>
    public void Unload()
    {
        if (InFlight > 0) throw new InvalidOperationException("A queue with calls in flight cannot be unloaded.");
        Planner = new(_call.LastChangeWins);
        _bisections.Clear();
        Search = null;
        Forget();
        (Loaded, LoadedUpTo, HasBacklog, Announced) = (0, 0, true, 0);
        FallBehind();
    }

    /// <summary>Gives its memory back; nothing may be done with it afterwards but <see cref="Unload"/>.</summary>
    public void Forget() => GiveBack(_bytes);

    /// <summary>How much to read from the journal in one go; null when there is no room for a slice worth the read.</summary>
    public ReadLimit? NextSlice => Room switch
    {
        LoadRoom.Window when Window - Loaded >= Slice && _bytes < _options.WindowBytes => new(Slice, SliceBytes),
        LoadRoom.OneCall when Loaded == 0 => new(_call.Limits.Members, 1 << 20),
        _ => null,
    };

    public void Begin(MemberBisection bisection) => _bisections.Add(bisection);

    public void End(MemberBisection bisection) => _bisections.Remove(bisection);

    /// <summary>The call that <see cref="QueueState.CallAt"/> spoke of, once its time has come.</summary>
    public TakenCall TakeCall(DateTimeOffset now)
    {
        if (_bisections.Find(b => b.HasWaiting)?.Next() is { } part) return new(part.Call, part);
        foreach (var action in Actions)
        {
            if (!(ReadyAt(action, now) <= now)) continue;
            var call = Planner.TakeCall(action, _call.Limits with { Members = MaxMembers }, _call.Lengths)!;
            // what did not fit into it for its bytes has gathered long enough
            if (call.Nodes.Count == learned.MaxMembers || Planner.ReadyFor(action) == 0) NoteSent(action, now);
            return new(call);
        }
        return Search is { HasAccused: true } search ? new(search.TakeOldest(), WasAccused: true) : throw new InvalidOperationException("No call is ready.");
    }

    private int Window => _isBehind ? _options.Window : (int)Math.Min(_options.Window, FlowingWindow + (FlowingPerSecond * _answerTook.TotalSeconds));

    /// <summary>Changes loaded in one go: some 15 ms of work, so that one feed's backlog does not keep the others waiting.</summary>
    private int Slice => Math.Min(FlowingWindow, _options.Window) / 2;

    /// <summary>What does not flow takes no room from what does; but a search has to reach the member who goes through.</summary>
    private LoadRoom Room => IsStuck && Search is null ? LoadRoom.OneCall : tools.Memory.Room;

    private int MaxMembers => Search is null ? learned.MaxMembers : 1;

    /// <summary>While small changes gather, reading them would only split calls.</summary>
    private DateTimeOffset? NextReadAt(DateTimeOffset now)
    {
        if (!HasUnread) return null;
        if (NextSlice is null) return Loaded == 0 ? now + RoomPoll : null;
        var isGathering = !HasBacklog && Announced < learned.MaxMembers;
        return isGathering ? Later(now, GatheredAt) : now;
    }

    /// <summary>At once or after some gathering; null when nothing is ready.</summary>
    private DateTimeOffset? NextCallAt(DateTimeOffset now)
    {
        if (_bisections.Exists(b => b.HasWaiting)) return now;
        DateTimeOffset? next = null;
        foreach (var action in Actions)
        {
            if (ReadyAt(action, now) is { } at && !(next <= at)) next = at;
        }
        return next ?? (Search is { HasAccused: true } ? now : null);
    }

    /// <summary>When the gathering that followed the last call ends.</summary>
    private DateTimeOffset GatheredAt => Later(_lastAdds, _lastRemoves) + _options.GatherTime;

    /// <summary>Full calls go at once, and so does the first after a pause; small ones gather.</summary>
    private DateTimeOffset? ReadyAt(ChangeAction action, DateTimeOffset now) => Planner.ReadyFor(action) switch
    {
        0 => null,
        var ready when ready >= MaxMembers => now,
        _ => Later(now, (action == ChangeAction.Add ? _lastAdds : _lastRemoves) + _options.GatherTime),
    };

    private void NoteSent(ChangeAction action, DateTimeOffset at)
    {
        if (action == ChangeAction.Add) _lastAdds = at;
        else _lastRemoves = at;
    }

    private void GiveBack(long bytes)
    {
        _bytes -= bytes;
        tools.Memory.GiveBack(bytes);
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}

/// <summary>A call that a queue gives out.</summary>
/// <param name="Call">Its members.</param>
/// <param name="Part">Set when it is part of the search for a bad member.</param>
/// <param name="WasAccused">Whether its one member has been refused before in the words of the hold.</param>
internal readonly record struct TakenCall(PlannedCall Call, BisectionPart? Part = null, bool WasAccused = false);
