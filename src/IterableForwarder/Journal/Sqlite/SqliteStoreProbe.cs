namespace IterableForwarder.Journal.Sqlite;

/// <summary>Goes through the writer, as a file that can only be read is not a store. An empty transaction costs no sync.</summary>
internal sealed class SqliteStoreProbe(JournalReadiness readiness, SqliteWriter writer, TimeProvider time) : IStoreProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        if (!readiness.IsReady) throw new StorageUnavailableException(readiness.Reason);
        try
        {
            await writer.WriteAsync(session => session.Scalar("SELECT 1")).WaitAsync(Patience, time, cancellationToken);
        }
        catch (TimeoutException e)
        {
            throw new StorageUnavailableException($"The database has not answered for {Patience.TotalSeconds} s.", e);
        }
    }
}
