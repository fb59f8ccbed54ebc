namespace IterableForwarder.Journal.Entries;

/// <summary>
/// Notices that the wall clock was set back. A change without a time of its own counts as having happened when it was received: while the
/// clock was ahead, it would win against all that happens until the clock is there again, which may be for days. So what was accepted before
/// counts as received at the step at the latest. Safe for concurrent use.
/// </summary>
internal sealed class ClockGuard(IEntryStore store, TimeProvider time, ILogger<ClockGuard> log)
{
    /// <summary>What servers of time correct in one step on a machine that runs well is less.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private DateTimeOffset _last = DateTimeOffset.MinValue;
    private long _lastTimestamp;
    private Task _recording = Task.CompletedTask;

    /// <summary>To be called at the start: the process before may have run by a clock that was ahead.</summary>
    /// <exception cref="StorageUnavailableException">The store cannot be used.</exception>
    public async Task LoadAsync()
    {
        if (await store.LoadClockStepsAsync()) JournalLog.ClockSetBack(log);
    }

    /// <summary>
    /// To be called before anything is accepted. Returns the batches, none received later than now: a request may have come while the clock
    /// was still ahead. Waits only where the clock was set back since the last time.
    /// </summary>
    /// <exception cref="StorageUnavailableException">The step cannot be stored.</exception>
    public async ValueTask<IReadOnlyList<NewBatch>> CorrectAsync(IReadOnlyList<NewBatch> batches)
    {
        DateTimeOffset now;
        Task recording;
        lock (_lock)
        {
            now = time.GetUtcNow();
            if (_last - now > Tolerance || _recording.IsFaulted) _recording = RecordAsync(now);
            (_last, _lastTimestamp) = (now, time.GetTimestamp());
            recording = _recording;
        }
        await recording;
        return batches.All(b => b.ReceivedAt <= now) ? batches : [.. batches.Select(b => b.ReceivedAt > now ? b with { ReceivedAt = now } : b)];
    }

    private async Task RecordAsync(DateTimeOffset now)
    {
        // what was accepted before was received that long ago, by a clock that nobody sets; a request that came since, and is still being read, is newer
        var elapsed = TimeSpan.FromTicks(Math.Max(0, time.GetElapsedTime(_lastTimestamp).Ticks));
        await store.RecordClockStepAsync(now - elapsed);
        JournalLog.ClockSetBack(log);
    }
}
