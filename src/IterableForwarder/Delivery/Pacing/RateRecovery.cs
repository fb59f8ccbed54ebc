namespace IterableForwarder.Delivery.Pacing;

/// <summary>
/// The rate after a 429: down at once, up again slowly. It remembers where it was refused, comes close to that within the time of
/// approach, stays about there, and only then feels for more. For one thread at a time.
/// </summary>
/// <remarks>
/// The curve is a cubic with its flat part at the rate that was refused, as in TCP CUBIC (RFC 9438). Against a server that allows a
/// steady rate below the setting, a round begins at 0.9 of what was refused and ends a little above it: on average 0.975 of the
/// limit, less a pause of a second in a round of half a minute or more.
/// </remarks>
internal sealed class RateRecovery(double setting)
{
    private static readonly TimeSpan Approach = TimeSpan.FromSeconds(45);

    /// <summary>Refused so soon after it went on, the rate was far too high.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    /// <summary>Refused about where it was refused before, it has found the limit, and goes on just below.</summary>
    private const double JustBelow = 0.9;

    /// <summary>Of the rate it was refused at before: from here on it counts as having found the same limit again.</summary>
    private const double About = 0.7;

    /// <summary>Refused elsewhere, it does not know the limit.</summary>
    private const double FarBelow = 0.5;

    /// <summary>Of the setting: less is never gone down to, and at least by this it goes up again.</summary>
    private const double MinShare = 0.01;

    private double _setting = setting;
    private double? _refusedAt;
    private double _loweredTo = setting;
    private TimeSpan _from = TimeSpan.MinValue;

    /// <summary>Whether it is on its way back to the setting.</summary>
    public bool IsSlow => _refusedAt is not null;

    public void Set(double setting)
    {
        if (_setting == setting) return;
        (_setting, _refusedAt, _loweredTo) = (setting, null, setting);
    }

    /// <summary>Requests a second.</summary>
    public double RateAt(TimeSpan now)
    {
        if (_refusedAt is not { } refusedAt) return _setting;
        if (now <= _from) return _loweredTo;
        // -1 when it goes on, 0 where the curve is flat, above 0 when it looks for more
        var behind = ((now - _from) / Approach) - 1;
        var rate = refusedAt + (Math.Max(refusedAt - _loweredTo, MinShare * _setting) * behind * behind * behind);
        if (rate < _setting) return Math.Max(rate, _loweredTo);
        _refusedAt = null;
        return _setting;
    }

    /// <summary>The rate it has now is too high.</summary>
    public void Refused(TimeSpan now)
    {
        var rate = RateAt(now);
        var isAtTheLimit = rate >= About * _refusedAt && now - _from > Soon;
        _refusedAt = rate;
        _loweredTo = Math.Max(rate * (isAtTheLimit ? JustBelow : FarBelow), MinShare * _setting);
        _from = now;
    }

    /// <summary>Until then nothing is sent, and nothing can be learned.</summary>
    public void GoOnAt(TimeSpan time) => _from = time;
}
