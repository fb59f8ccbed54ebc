namespace IterableForwarder.Delivery.Dispatch;

/// <summary>Why pending changes do not go now, in the order of the contract's words.</summary>
internal enum WaitReason
{
    /// <summary>The feed, or what it owes to a list, is held.</summary>
    Hold,

    /// <summary>The project is held.</summary>
    ProjectHold,

    /// <summary>An operator has paused the feed.</summary>
    Pause,

    /// <summary>Iterable has asked for a pause.</summary>
    RateLimit,

    /// <summary>A call failed.</summary>
    BackOff,

    /// <summary>The list is looked for by its name, or created.</summary>
    ListCreation,

    /// <summary>Calls of the process before may still land.</summary>
    TakeOver,

    /// <summary>It is its turn soon: it waits for the project's budget, for more changes to fill a call, or for an answer.</summary>
    Queue,
}

/// <summary>What a queue does next.</summary>
internal enum StepKind
{
    /// <summary>Nothing before the time, or before news.</summary>
    Wait,

    /// <summary>Its feed is gone.</summary>
    Leave,

    /// <summary>What is loaded gives its memory back; then decide again.</summary>
    Unload,

    /// <summary>More is read from the journal.</summary>
    Load,

    /// <summary>The list of its name is found or created.</summary>
    ResolveList,

    /// <summary>A call is sent.</summary>
    Send,
}

/// <param name="Kind">What to do.</param>
/// <param name="At">Of a wait: until when; null when only news can end it.</param>
/// <param name="Reason">Of a wait: why.</param>
internal readonly record struct NextStep(StepKind Kind, DateTimeOffset? At = null, WaitReason Reason = WaitReason.Queue)
{
    /// <summary>Decides it. Pure: the dispatcher carries it out.</summary>
    public static NextStep Decide(in QueueState queue, DateTimeOffset now)
    {
        if (queue.IsGone) return new(StepKind.Leave);
        if (queue.IsFrozen) return new(StepKind.Wait);
        // nothing of it stays in memory for as long as somebody may leave it paused
        if (queue.IsPaused) return queue is { InFlight: 0, Loaded: > 0 } ? new(StepKind.Unload) : new(StepKind.Wait, null, WaitReason.Pause);

        // what is held or fails is tried by one call at a time
        if ((queue.IsHeld || queue.Failures > 0) && queue.InFlight > 0) return new(StepKind.Wait, null, queue.IsHeld ? WaitReason.Hold : WaitReason.BackOff);
        if (EarliestCall(queue) is var (at, reason) && at > now)
        {
            // what waits long takes no room from what flows
            var waitsLong = queue is { IsStuck: true, IsSearching: false, InFlight: 0, Loaded: > 0 };
            return waitsLong ? new(StepKind.Unload) : new(StepKind.Wait, at, reason);
        }

        if (queue.NeedsList) return queue.InFlight == 0 && (queue.HasUnread || queue.Loaded > 0) ? new(StepKind.ResolveList) : new(StepKind.Wait, null, WaitReason.ListCreation);
        if (queue.IsLoading) return new(StepKind.Wait);
        // the whole window is looked at before anything of it is sent, so that a member who came and went is sent once
        if (queue.ReadAt <= now) return new(StepKind.Load);
        if (queue.CallAt <= now) return queue.HasRoom ? new(StepKind.Send) : new(StepKind.Wait);
        return new(StepKind.Wait, queue.CallAt is null || queue.ReadAt < queue.CallAt ? queue.ReadAt : queue.CallAt);
    }

    private static (DateTimeOffset At, WaitReason Reason) EarliestCall(in QueueState queue)
    {
        var latest = (At: queue.NotBefore, Reason: WaitReason.TakeOver);
        if (queue.BackOffUntil > latest.At) latest = (queue.BackOffUntil, WaitReason.BackOff);
        if (queue.IsHeld && queue.NextProbe > latest.At) latest = (queue.NextProbe, WaitReason.Hold);
        return latest;
    }
}

/// <summary>What is known of a queue when it decides.</summary>
internal readonly record struct QueueState
{
    /// <summary>Whether the feed has been deleted.</summary>
    public bool IsGone { get; init; }

    /// <summary>Whether an operation of an operator has the feed to itself.</summary>
    public bool IsFrozen { get; init; }

    public bool IsPaused { get; init; }

    public bool IsHeld { get; init; }

    /// <summary>Held, or failing again and again: it may be so for hours.</summary>
    public bool IsStuck { get; init; }

    /// <summary>Whether its probes have set members aside.</summary>
    public bool IsSearching { get; init; }

    /// <summary>Whether its list has to be found or created by its name first.</summary>
    public bool NeedsList { get; init; }

    /// <summary>Calls, loads and settlements in flight.</summary>
    public int InFlight { get; init; }

    public bool IsLoading { get; init; }

    /// <summary>Failures in a row.</summary>
    public int Failures { get; init; }

    /// <summary>Changes loaded and not settled.</summary>
    public int Loaded { get; init; }

    /// <summary>Whether the journal may hold more than what is loaded.</summary>
    public bool HasUnread { get; init; }

    /// <summary>Until then a call of the process before may still land.</summary>
    public DateTimeOffset NotBefore { get; init; }

    public DateTimeOffset BackOffUntil { get; init; }

    /// <summary>When a single call may next be tried while it is held.</summary>
    public DateTimeOffset NextProbe { get; init; }

    /// <summary>When to read on in the journal; null when there is nothing to read, or no room for it.</summary>
    public DateTimeOffset? ReadAt { get; init; }

    /// <summary>When a call may go; null when nothing is ready.</summary>
    public DateTimeOffset? CallAt { get; init; }

    /// <summary>Whether another of its calls may be in flight.</summary>
    public bool HasRoom { get; init; }
}
