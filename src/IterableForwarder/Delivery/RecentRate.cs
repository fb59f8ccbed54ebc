namespace IterableForwarder.Delivery;

/// <summary>How many a second there were lately: over the last minute, or since the first within it. Not safe for concurrent use.</summary>
internal sealed class RecentRate
{
    private const int Steps = 12;
    private static readonly TimeSpan StepLength = TimeSpan.FromSeconds(5);

    private readonly (long Step, long Count)[] _ring = new (long, long)[Steps];

    /// <param name="now">Since any fixed moment.</param>
    /// <param name="count">How many there were.</param>
    public void Add(TimeSpan now, long count)
    {
        var step = StepOf(now);
        ref var place = ref _ring[step % Steps];
        place = (step, place.Step == step ? place.Count + count : count);
    }

    /// <summary>A second.</summary>
    /// <param name="now">Since the same moment as in <see cref="Add"/>.</param>
    public double At(TimeSpan now)
    {
        var step = StepOf(now);
        var (sum, first) = (0L, step);
        foreach (var place in _ring)
        {
            if (place.Count == 0 || place.Step <= step - Steps) continue;
            sum += place.Count;
            first = Math.Min(first, place.Step);
        }
        return sum / Math.Max(1, (now - (first * StepLength)).TotalSeconds);
    }

    private static long StepOf(TimeSpan now) => now.Ticks / StepLength.Ticks;
}
