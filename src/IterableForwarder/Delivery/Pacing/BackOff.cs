namespace IterableForwarder.Delivery.Pacing;

/// <summary>How long to wait after failures in a row: exponential with full jitter, without end.</summary>
internal sealed class BackOff(TimeSpan first, TimeSpan longest, Random random)
{
    /// <summary>2^20 seconds is far past any longest wait; the shift must not overflow.</summary>
    private const int MaxDoublings = 20;

    public int Failures { get; private set; }

    public DateTimeOffset Until { get; private set; } = DateTimeOffset.MinValue;

    public void Fail(DateTimeOffset now, TimeSpan? atLeast = null)
    {
        var ceiling = Math.Min(longest.TotalSeconds, first.TotalSeconds * (1L << Math.Min(Failures, MaxDoublings)));
        Failures++;
        var wait = TimeSpan.FromSeconds(ceiling * random.NextDouble());
        Until = now + (atLeast > wait ? atLeast.Value : wait);
    }

    /// <summary>Ends the wait; the failures still count.</summary>
    public void EndWait() => Until = DateTimeOffset.MinValue;

    public void Succeed() => (Failures, Until) = (0, DateTimeOffset.MinValue);
}
