namespace IterableForwarder.Delivery.Pacing;

/// <summary>
/// A time that only ever goes on, at the pace of real time: what waits must not wait an hour longer because somebody set the wall
/// clock back by one.
/// </summary>
internal sealed class MonotonicClock(TimeProvider time)
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(1);

    private readonly DateTimeOffset _start = time.GetUtcNow();
    private readonly long _timestamp = time.GetTimestamp();

    public DateTimeOffset Now => _start + time.GetElapsedTime(_timestamp);

    /// <summary>The same moment by the present wall clock, to be shown.</summary>
    public DateTimeOffset ToWallClock(DateTimeOffset moment) => time.GetUtcNow() + (moment - Now);

    /// <summary>Waits so long, or a minute: whoever waits looks again afterwards.</summary>
    public Task DelayAsync(TimeSpan wait, CancellationToken cancellationToken) => Task.Delay(Cut(wait), time, cancellationToken);

    /// <summary>A minute at most: what a longer wait was worked out of may have been wrong, or have changed, and is looked at again.</summary>
    public static TimeSpan Cut(TimeSpan wait) => wait < MaxWait ? wait : MaxWait;
}
