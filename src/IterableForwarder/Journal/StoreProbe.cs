namespace IterableForwarder.Journal;

/// <summary>Asks whether the store can be used.</summary>
internal sealed class StoreProbe(IStore store, JournalReadiness readiness, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Returns once the schema is current and the store has answered.</summary>
    /// <exception cref="StorageUnavailableException">It cannot be used; the message says why.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        if (!readiness.IsReady) throw new StorageUnavailableException(readiness.Reason);
        try
        {
            await store.AnswerAsync().WaitAsync(Patience, time, cancellationToken);
        }
        catch (TimeoutException e)
        {
            throw new StorageUnavailableException($"The database has not answered for {Patience.TotalSeconds} s.", e);
        }
    }
}
