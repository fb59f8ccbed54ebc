using System.Globalization;

namespace Iterable.Client.Answers;

/// <summary>The two ways in which Iterable says how long to wait.</summary>
internal static class RetryWait
{
    // Iterable's limits reset within seconds or, at most, a day; more can only be a misread unit.
    private static readonly TimeSpan MaxWait = TimeSpan.FromDays(1);

    public static TimeSpan? Longer(TimeSpan? left, TimeSpan? right) =>
        left is null || right > left ? right : left;

    public static TimeSpan? FromSeconds(decimal? seconds) => seconds switch
    {
        null or < 0 => null,
        { } value when value >= (decimal)MaxWait.TotalSeconds => MaxWait,
        { } value => TimeSpan.FromSeconds((double)value),
    };

    /// <summary>Reads a Retry-After header, which holds seconds or an HTTP date; a date gone by means no wait.</summary>
    public static TimeSpan? FromHeader(string? header, DateTimeOffset now)
    {
        if (decimal.TryParse(header, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds))
            return FromSeconds(seconds);
        if (!DateTimeOffset.TryParseExact(header, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date))
            return null;
        return TimeSpan.FromTicks(Math.Clamp((date - now).Ticks, 0, MaxWait.Ticks));
    }
}
