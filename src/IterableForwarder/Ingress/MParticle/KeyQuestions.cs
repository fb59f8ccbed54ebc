using IterableForwarder.Delivery.Pacing;

namespace IterableForwarder.Ingress.MParticle;

/// <summary>A key that may be the new one of a project.</summary>
/// <param name="ApiKey">The key.</param>
/// <param name="MessageTime">Of the newest message that brought it, in Unix milliseconds.</param>
/// <param name="Account">mParticle's account that sent it.</param>
internal sealed record UndecidedKey(string ApiKey, long MessageTime, string? Account)
{
    /// <summary>Never shows the key.</summary>
    public override string ToString() => $"a key of account {Account}";
}

/// <summary>
/// Which keys Iterable has been asked about for one project, and when it may be asked again. A sender may bring any number of keys, and each
/// question is a call from the project's budget. So of questions that Iterable does not answer with lists there is, beyond the first, one a
/// minute, and for a key that it refuses ever fewer, down to one an hour. Safe for concurrent use, but of two who ask at once neither knows of the other.
/// </summary>
/// <param name="every">The least time between two such questions, and before the first repetition.</param>
/// <param name="time">The clock.</param>
internal sealed class KeyQuestions(TimeSpan every, TimeProvider time)
{
    /// <summary>Keys whose answer is remembered; the one that was sent the longest ago goes first.</summary>
    private const int MaxRemembered = 100;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Asked> _keys = [];
    private bool _hasFailed;
    private DateTimeOffset? _lastFailed;

    /// <summary>A message brings a key.</summary>
    /// <returns>What is known of it.</returns>
    public KeyVerdict Note(UndecidedKey key)
    {
        lock (_lock)
        {
            var known = _keys.GetValueOrDefault(key.ApiKey);
            _keys[key.ApiKey] = known is null ? new(key, KeyVerdict.Unknown, null, 0) : known with { Key = Newer(known.Key, key) };
            if (_keys.Count > MaxRemembered) _keys.Remove(_keys.Values.MinBy(a => a.Key.MessageTime)!.Key.ApiKey);
            return known?.Verdict ?? KeyVerdict.Unknown;
        }
    }

    /// <summary>Whether Iterable may be asked about this key now.</summary>
    public bool MayAsk(string apiKey)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (_keys.GetValueOrDefault(apiKey) is { At: { } at } known && now - at < WaitAfter(known)) return false;
            return !(now - _lastFailed < every);
        }
    }

    public void Answered(UndecidedKey key, KeyVerdict verdict)
    {
        lock (_lock)
        {
            if (verdict is KeyVerdict.Refused or KeyVerdict.Unknown)
            {
                if (_hasFailed) _lastFailed = time.GetUtcNow();
                _hasFailed = true;
            }
            var refusals = verdict == KeyVerdict.Refused ? (_keys.GetValueOrDefault(key.ApiKey)?.Refusals ?? 0) + 1 : 0;
            if (_keys.ContainsKey(key.ApiKey)) _keys[key.ApiKey] = new(key, verdict, time.GetUtcNow(), refusals);
        }
    }

    /// <summary>The newest key that could not be told: those before it are no longer sent.</summary>
    /// <param name="isTaken">Whether a project has this key by now.</param>
    public UndecidedKey? NewestUndecided(Func<string, bool> isTaken)
    {
        lock (_lock)
        {
            return _keys.Values.Where(a => a.Verdict is KeyVerdict.Refused or KeyVerdict.Unknown && !isTaken(a.Key.ApiKey)).MaxBy(a => a.Key.MessageTime)?.Key;
        }
    }

    private static UndecidedKey Newer(UndecidedKey one, UndecidedKey other) => other.MessageTime >= one.MessageTime ? other : one;

    /// <summary>Each refusal doubles it.</summary>
    private TimeSpan WaitAfter(Asked asked) => RefusedKeys.Bound(every * Math.Pow(2, Math.Clamp(asked.Refusals - 1, 0, 12)), every);

    private sealed record Asked(UndecidedKey Key, KeyVerdict Verdict, DateTimeOffset? At, int Refusals);
}
