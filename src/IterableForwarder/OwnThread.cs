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
}
