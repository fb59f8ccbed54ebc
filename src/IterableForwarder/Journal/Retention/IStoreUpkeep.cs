namespace IterableForwarder.Journal.Retention;

/// <summary>Keeps the store from growing without end.</summary>
internal interface IStoreUpkeep
{
    /// <summary>
    /// Removes what is older, a little with each step, so that whoever accepts or settles never waits long. A batch goes whole and at
    /// once, and only when all of it was completed before; what a connection ever received and delivered stays counted.
    /// </summary>
    /// <exception cref="StorageUnavailableException">The store cannot be written. What was removed before stays so.</exception>
    IAsyncEnumerable<PurgeStep> PurgeAsync(PurgeBounds bounds, CancellationToken cancellationToken);

    /// <summary>Gives back what the store has taken for its own work and does not need any more. Waits for nobody for long.</summary>
    /// <exception cref="StorageUnavailableException">The store cannot be written.</exception>
    Task TidyAsync();
}

/// <summary>How old is old.</summary>
/// <param name="Batches">Those completed before go.</param>
/// <param name="Keys">Idempotency keys stored before it are removed.</param>
/// <param name="Holds">Pauses and holds that ended before go from the history.</param>
internal sealed record PurgeBounds(DateTimeOffset Batches, DateTimeOffset Keys, DateTimeOffset Holds)
{
    /// <summary>Deduplication keys of messages stored before it are removed; none by default.</summary>
    public DateTimeOffset Messages { get; init; } = DateTimeOffset.UnixEpoch;
}

/// <summary>What one step removed.</summary>
internal readonly record struct PurgeStep(long Batches, long Bodies, long Keys, long Holds)
{
    /// <summary>Deduplication keys of messages.</summary>
    public long Messages { get; init; }

    public static PurgeStep operator +(PurgeStep left, PurgeStep right) =>
        new(left.Batches + right.Batches, left.Bodies + right.Bodies, left.Keys + right.Keys, left.Holds + right.Holds) { Messages = left.Messages + right.Messages };
}
