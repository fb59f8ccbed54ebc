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

/// <summary>Lets nothing but the open pages through until the journal is ready.</summary>
internal static class JournalGate
{
    private static readonly string[] Open = ["/health", "/swagger", "/metrics"];

    public static void UseJournalGate(this WebApplication app)
    {
        var readiness = app.Services.GetRequiredService<JournalReadiness>();
        app.Use((context, next) => readiness.IsReady || Open.Any(path => context.Request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase))
            ? next(context)
            : throw new StorageUnavailableException(readiness.Reason));
    }
}
