using System.Collections.Concurrent;

namespace IterableForwarder.Ingress;

/// <summary>Keeps what is true of every message of an account or an audience from being said of every message in the log.</summary>
internal sealed class OncePerHour(TimeProvider time)
{
    /// <summary>Accounts are few; should something invent them, the memory of what was said is given up and not the machine's.</summary>
    private const int MaxRemembered = 10_000;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<(string What, string Whose), DateTimeOffset> _said = new();

    /// <summary>True the first time, and again after an hour.</summary>
    public bool IsDue(string what, string whose)
    {
        var now = time.GetUtcNow();
        if (_said.Count > MaxRemembered) _said.Clear();
        if (_said.TryGetValue((what, whose), out var last)) return now - last >= Hour && _said.TryUpdate((what, whose), now, last);
        return _said.TryAdd((what, whose), now);
    }
}
