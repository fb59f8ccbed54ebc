using IterableForwarder.Http;

namespace IterableForwarder.Hosting;

/// <summary>
/// Keeps those who try keys and paths from filling the log: of the requests that are refused with 401 or 404, the first has a line of its
/// own, and a line a minute has the number of the others.
/// </summary>
internal sealed class RefusedRequests : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly ILogger<RefusedRequests> _log;
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private bool _isCounting;
    private int _unauthorized;
    private int _notFound;

    public RefusedRequests(TimeProvider time, ILogger<RefusedRequests> log)
    {
        _log = log;
        _timer = time.CreateTimer(_ => Report(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public static bool Covers(int status) => status is StatusCodes.Status401Unauthorized or StatusCodes.Status404NotFound;

    /// <summary>True where the request is to have a line of its own; otherwise it is counted.</summary>
    public bool Note(int status)
    {
        lock (_lock)
        {
            if (!_isCounting)
            {
                _isCounting = true;
                _timer.Change(Interval, Timeout.InfiniteTimeSpan);
                return true;
            }
            if (status == StatusCodes.Status401Unauthorized) _unauthorized++;
            else _notFound++;
            return false;
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Report()
    {
        int unauthorized, notFound;
        lock (_lock)
        {
            (unauthorized, notFound) = (_unauthorized, _notFound);
            (_unauthorized, _notFound) = (0, 0);
            _isCounting = unauthorized + notFound > 0;
            if (_isCounting) _timer.Change(Interval, Timeout.InfiniteTimeSpan);
        }
        if (unauthorized + notFound > 0) HttpLog.Refused(_log, unauthorized, notFound);
    }
}
