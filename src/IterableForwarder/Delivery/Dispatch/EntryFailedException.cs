using IterableForwarder.Changes;

namespace IterableForwarder.Delivery.Dispatch;

/// <summary>An entry cannot be processed: an error of the service's own, or of what the store has kept.</summary>
/// <param name="batch">Its batch; null where no entry can be named.</param>
/// <param name="seq">Its number.</param>
/// <param name="cause">What was thrown.</param>
internal sealed class EntryFailedException(BatchId? batch, long seq, Exception cause)
    : Exception(batch is null ? "Pending entries cannot be processed." : $"Entry {seq} of batch {batch} cannot be processed.", cause)
{
    public BatchId? Batch => batch;

    public long Seq => seq;

    /// <summary>For the operator: what is wrong, and what to do.</summary>
    public string Explain()
    {
        var what = batch is null ? "What is pending" : $"Batch {batch}";
        if (InnerException is not DamagedEntryException damage)
            return $"{what} cannot be processed ({InnerException!.GetType().Name}). Discard it, or resume the connection to try again.";
        return $"{what} cannot be processed because {(damage.Batch == batch ? "its stored data" : $"the stored data of batch {damage.Batch}")} is damaged: {damage.Why} "
            + "The disk or another program has changed the database. Discard it, or repair the database and resume the connection.";
    }
}

/// <summary>What the store has of an entry is not what was written.</summary>
/// <param name="batch">Its batch.</param>
/// <param name="seq">Its number.</param>
/// <param name="why">A sentence that says what is damaged.</param>
internal sealed class DamagedEntryException(BatchId batch, long seq, string why) : Exception($"The stored data of entry {seq} of batch {batch} is damaged: {why}")
{
    public BatchId Batch => batch;

    public string Why => why;
}
