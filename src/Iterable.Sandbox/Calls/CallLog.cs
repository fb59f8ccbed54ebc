namespace Iterable.Sandbox.Calls;

/// <summary>The last calls and exact counters of all. Thread-safe.</summary>
internal sealed class CallLog(SandboxOptions options)
{
    private readonly Lock _lock = new();
    private readonly Queue<SandboxCall> _kept = new();
    private readonly Queue<SandboxCall> _withBody = new();
    private readonly Dictionary<(string Path, int Status), (long Calls, long Members)> _ended = [];
    private readonly Dictionary<string, long> _arrived = [];
    private readonly List<Waiter> _waiters = [];
    private long _sequence;
    private long _bodyBytes;

    public SandboxCall Arrive(HttpRequest request, string endpoint, ReadOnlySpan<byte> body, string? fault)
    {
        lock (_lock)
        {
            var call = new SandboxCall(++_sequence, options.TimeProvider.GetUtcNow(), request) { Fault = fault };
            _kept.Enqueue(call);
            if (_kept.Count > options.KeptCalls) _kept.Dequeue();
            KeepBody(call, body);
            _arrived[endpoint] = _arrived.GetValueOrDefault(endpoint) + 1;
            WakeWaiters();
            return call;
        }
    }

    public void End(SandboxCall call, string endpoint, int? status, int members)
    {
        lock (_lock)
        {
            call.Status = status;
            call.MemberCount = members;
            call.EndedAt = options.TimeProvider.GetUtcNow();
            var (calls, sum) = _ended.GetValueOrDefault((endpoint, status ?? 0));
            _ended[(endpoint, status ?? 0)] = (calls + 1, sum + members);
        }
    }

    public IReadOnlyList<SandboxCall> Calls(string? path)
    {
        lock (_lock) return [.. _kept.Where(call => path is null || call.Path == path)];
    }

    public IReadOnlyList<CallCount> Counts()
    {
        lock (_lock)
        {
            return [.. _ended
                .Select(pair => new CallCount(pair.Key.Path, pair.Key.Status == 0 ? null : pair.Key.Status, pair.Value.Calls, pair.Value.Members))
                .OrderBy(count => count.Path, StringComparer.Ordinal).ThenBy(count => count.Status)];
        }
    }

    public long Arrived(string? endpoint)
    {
        lock (_lock) return ArrivedSoFar(endpoint);
    }

    public Task WaitAsync(string? endpoint, long count, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (ArrivedSoFar(endpoint) >= count) return Task.CompletedTask;
            var waiter = new Waiter(endpoint, count, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            _waiters.Add(waiter);
            return waiter.Done.Task.WaitAsync(cancellationToken);
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _kept.Clear();
            _withBody.Clear();
            _ended.Clear();
            _arrived.Clear();
            _bodyBytes = 0;
            _sequence = 0;
        }
    }

    private void KeepBody(SandboxCall call, ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty || body.Length > options.KeptBodyBytes) return;
        call.BodyBytes = body.ToArray();
        _bodyBytes += body.Length;
        _withBody.Enqueue(call);
        while (_bodyBytes > options.KeptBodiesBytes || _withBody.Count > options.KeptCalls)
        {
            var oldest = _withBody.Dequeue();
            _bodyBytes -= oldest.BodyBytes!.Length;
            oldest.BodyBytes = null;
        }
    }

    private long ArrivedSoFar(string? endpoint) => endpoint is null ? _sequence : _arrived.GetValueOrDefault(endpoint);

    private void WakeWaiters()
    {
        foreach (var waiter in _waiters.Where(waiter => ArrivedSoFar(waiter.Endpoint) >= waiter.Count)) waiter.Done.TrySetResult();
        _waiters.RemoveAll(waiter => waiter.Done.Task.IsCompleted);
    }

    private sealed record Waiter(string? Endpoint, long Count, TaskCompletionSource Done);
}
