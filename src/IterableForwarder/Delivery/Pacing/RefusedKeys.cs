namespace IterableForwarder.Delivery.Pacing;

/// <summary>How often Iterable is asked about a key that it refuses: a source may send any number of keys that are none.</summary>
internal static class RefusedKeys
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromHours(1);

    /// <summary>The wait before the next question: at most an hour, and never less than usual.</summary>
    /// <param name="wait">What it has grown to.</param>
    /// <param name="every">The usual wait.</param>
    public static TimeSpan Bound(TimeSpan wait, TimeSpan every) => TimeSpan.FromTicks(Math.Max(every.Ticks, Math.Min(wait.Ticks, MaxWait.Ticks)));
}
