namespace IterableForwarder;

/// <summary>
/// For what reads the store at length, which it does without giving its thread back meanwhile. The pool has few workers (Program.cs), and
/// the sources are answered by them.
/// </summary>
internal static class OwnThread
{
    /// <summary>Runs the work on a thread of its own; what it throws comes back to who awaits it.</summary>
    public static Task<T> RunAsync<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Likewise once it is its turn, for which it waits without a thread.</summary>
    /// <param name="turns">As many as may run at once.</param>
    /// <param name="work">What is to be run.</param>
    /// <param name="cancellationToken">Ends the waiting, not the work.</param>
    public static async Task<T> RunInTurnAsync<T>(SemaphoreSlim turns, Func<T> work, CancellationToken cancellationToken)
    {
        await turns.WaitAsync(cancellationToken);
        try
        {
            return await RunAsync(work);
        }
        finally
        {
            turns.Release();
        }
    }
}
