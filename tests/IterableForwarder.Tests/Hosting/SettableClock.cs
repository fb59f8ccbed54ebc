namespace IterableForwarder.Tests.Hosting;

/// <summary>The system's time, but for a clock on the wall that a test may set. As on a real machine, timers do not follow it.</summary>
internal sealed class SettableClock : TimeProvider
{
    private long _offset;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _offset));

    public void SetBack(TimeSpan by) => Interlocked.Add(ref _offset, -by.Ticks);

    public void SetForward(TimeSpan by) => Interlocked.Add(ref _offset, by.Ticks);
}
