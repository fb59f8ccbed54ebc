using Iterable.Sandbox.Projects;

namespace Iterable.Sandbox.Limits;

/// <summary>A full bucket to begin with, filled evenly. Guarded by the project's lock.</summary>
internal sealed class TokenBucket(RateLimit limit, TimeProvider clock)
{
    private double _tokens = limit.Calls;
    private long _filledAt = clock.GetTimestamp();

    public RateLimit Limit => limit;

    /// <summary>Null when the call may go on; otherwise how long until the next token.</summary>
    public TimeSpan? Take()
    {
        var now = clock.GetTimestamp();
        var perSecond = limit.Calls / limit.PerSeconds;
        _tokens = Math.Min(limit.Calls, _tokens + (clock.GetElapsedTime(_filledAt, now).TotalSeconds * perSecond));
        _filledAt = now;
        // Tolerates the rounding of many small fills, so that a token due now is there now.
        if (_tokens < 1 - 1e-9) return TimeSpan.FromSeconds((1 - _tokens) / perSecond);
        _tokens = Math.Max(0, _tokens - 1);
        return null;
    }
}
