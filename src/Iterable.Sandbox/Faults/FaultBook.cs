using System.Text;

namespace Iterable.Sandbox.Faults;

/// <summary>The faults still to be played. Thread-safe.</summary>
internal sealed class FaultBook
{
    private readonly Lock _lock = new();
    private readonly List<ActiveFault> _faults = [];
    private long _lastId;

    public IReadOnlyList<ActiveFault> Active
    {
        get { lock (_lock) return [.. _faults]; }
    }

    public long Add(Fault fault)
    {
        fault.Checked();
        lock (_lock)
        {
            _faults.Add(new ActiveFault(++_lastId, fault, 0));
            return _lastId;
        }
    }

    public bool Remove(long id)
    {
        lock (_lock) return _faults.RemoveAll(active => active.Id == id) > 0;
    }

    public void Clear()
    {
        lock (_lock) _faults.Clear();
    }

    /// <summary>The fault this call meets, counted as played; null for none.</summary>
    public Fault? Take(string path, string? apiKey, ReadOnlySpan<byte> body)
    {
        lock (_lock)
        {
            for (var i = 0; i < _faults.Count; i++)
            {
                if (!Matches(_faults[i].Fault, path, apiKey, body)) continue;
                return Play(i);
            }
            return null;
        }
    }

    private Fault Play(int index)
    {
        var played = _faults[index] with { Played = _faults[index].Played + 1 };
        if (played.Played >= played.Fault.Times) _faults.RemoveAt(index);
        else _faults[index] = played;
        return played.Fault;
    }

    private static bool Matches(Fault fault, string path, string? apiKey, ReadOnlySpan<byte> body) =>
        PathPattern.Matches(fault.Path, path)
        && (fault.ApiKey is null || fault.ApiKey == apiKey)
        && (fault.WhenBodyContains is null || body.IndexOf(Encoding.UTF8.GetBytes(fault.WhenBodyContains)) >= 0);
}
