namespace IterableForwarder.Journal;

/// <summary>Whether the journal can be used yet, and if not, why. Until it can, requests are answered with 503.</summary>
internal sealed class JournalReadiness
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string _reason = "The store is being opened.";

    public bool IsReady => _ready.Task.IsCompleted;

    /// <summary>Why not, while it is not.</summary>
    public string Reason => _reason;

    public void Fail(string reason) => _reason = reason;

    public void Succeed() => _ready.TrySetResult();

    public Task WaitAsync(CancellationToken cancellationToken) => _ready.Task.WaitAsync(cancellationToken);
}
