namespace IterableForwarder.Delivery;

/// <summary>
/// A time that only ever goes on, at the pace of real time: what waits must not wait an hour longer because somebody set the clock
/// on the wall back by one.
/// </summary>
internal sealed class SteadyClock(TimeProvider time)
{
    private readonly DateTimeOffset _start = time.GetUtcNow();
    private readonly long _timestamp = time.GetTimestamp();

    public DateTimeOffset Now => _start + time.GetElapsedTime(_timestamp);
}
