namespace IterableForwarder.Journal.Writing;

/// <summary>A write with a result, which its caller waits for.</summary>
/// <param name="write">May be run twice, so it changes nothing but the database.</param>
/// <param name="committed">Called with the result once it is on disk, before the caller goes on.</param>
internal sealed class Write<TSession, T>(Func<TSession, T> write, Action<T>? committed) : IWrite<TSession>
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!;
    private bool _hasRun;
    private bool _isDone;

    public bool IsAlone { get; init; }

    public Func<TSession, T, bool>? IsStored { get; init; }

    public bool IsDoubtful => _hasRun && !_isDone && IsStored is not null;

    public Task<T> Task => _completion.Task;

    public void Run(TSession session)
    {
        _result = write(session);
        _hasRun = true;
    }

    public void Complete()
    {
        _isDone = true;
        committed?.Invoke(_result);
        _completion.TrySetResult(_result);
    }

    public void Fail(Exception error) => _completion.TrySetException(error);

    public void Resolve(TSession session)
    {
        // once, also where another one cannot be resolved yet
        if (!_isDone && IsStored!(session, _result)) Complete();
    }
}
