namespace IterableForwarder.Ingress;

/// <summary>
/// Runs what may take a core for seconds, such as a preview, on threads of its own: the pool has one thread for each two cores at first, and whatever
/// else arrives would wait for it.
/// </summary>
internal sealed class LongWork : IDisposable
{
    /// <summary>One core is always left to others.</summary>
    private readonly SemaphoreSlim _turns = new(Math.Max(1, Environment.ProcessorCount - 1));

    /// <summary>Waits for a turn, and runs it.</summary>
    /// <param name="workAsync">Works before its first wait; what it does after one runs on the pool.</param>
    /// <param name="cancellationToken">Cancelled when the caller goes away.</param>
    public async Task<T> RunAsync<T>(Func<Task<T>> workAsync, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken);
        try
        {
            return await Task.Factory.StartNew(workAsync, cancellationToken, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default).Unwrap();
        }
        finally
        {
            _turns.Release();
        }
    }

    public void Dispose() => _turns.Dispose();
}
