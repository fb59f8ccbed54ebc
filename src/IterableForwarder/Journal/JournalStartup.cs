namespace IterableForwarder.Journal;

/// <summary>
/// Brings the journal up before anything is served: schema, writer, then every part that has something to read in. A store that
/// cannot be opened is tried again until it can, as an operator may be mending it; until then requests get 503 with the reason.
/// </summary>
internal sealed class JournalStartup(
    IStore store,
    IEnumerable<IJournalPart> parts,
    JournalReadiness readiness,
    TimeProvider time,
    ILogger<JournalStartup> log) : IHostedService, IDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stopping = new();
    private Task _retries = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!await TryOpenAsync(cancellationToken)) _retries = Task.Run(() => RetryAsync(_stopping.Token), CancellationToken.None);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _retries.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _stopping.Dispose();

    private async Task RetryAsync(CancellationToken stopping)
    {
        do await Task.Delay(RetryAfter, time, stopping);
        while (!await TryOpenAgainAsync(stopping));
    }

    /// <summary>Once the service runs, it does not end because another process was quicker: it says so, and goes on trying.</summary>
    private async Task<bool> TryOpenAgainAsync(CancellationToken stopping)
    {
        try
        {
            return await TryOpenAsync(stopping);
        }
        catch (StoreInUseException e)
        {
            Refuse(e);
            return false;
        }
    }

    private async Task<bool> TryOpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            await store.OpenAsync(cancellationToken);
            JournalLog.Migrated(log, store.Name);
            foreach (var part in parts) await part.LoadAsync(cancellationToken);
            readiness.Succeed();
            return true;
        }
        // whatever it is, an operator sees it here and can repair it; a start that ends would only be tried again
        catch (Exception e) when (e is not (StoreInUseException or OperationCanceledException))
        {
            Refuse(e);
            return false;
        }
    }

    private void Refuse(Exception error)
    {
        JournalLog.CannotOpen(log, store.Name, error.Message);
        readiness.Fail($"The store cannot be opened: {error.Message}");
    }
}
