using IterableForwarder.Journal.Entries;

namespace IterableForwarder.Ingress.Body;

/// <summary>Takes a body of changes as it arrives, in whichever form.</summary>
internal interface IChangesParser : IBodyParser
{
    /// <summary>Where valid changes go; exchanged for a new one when it is full.</summary>
    ChunkBuilder Chunk { get; set; }
}

/// <summary>A body of changes that are stored while the rest is still being read.</summary>
/// <param name="chunks">Where they are stored.</param>
/// <param name="receivedAt">When the request came.</param>
internal abstract class ChangesFormat<TMessage>(ChunkStore chunks, DateTimeOffset receivedAt) : BodyFormat<TMessage>
    where TMessage : class
{
    private long _given;

    /// <summary>How many changes the body may have.</summary>
    public ChangeLimit Limit { get; init; } = ChangeLimit.None;

    /// <summary>The open chunk twice: while it grows there is the old buffer too, and once it is sealed the copy that is stored.</summary>
    public sealed override long Gathered => chunks.BytesInMemory + (2 * Changes.Chunk.Bytes);

    /// <summary>Of the form in which the body comes.</summary>
    protected abstract IChangesParser Changes { get; }

    public sealed override IBodyParser Parser => Changes;

    public sealed override async Task GiveAwayAsync()
    {
        _given += Changes.Chunk.Count;
        Limit.Check(_given);
        await chunks.StageAsync(Changes.Chunk);
        Changes.Chunk = new ChunkBuilder(receivedAt);
    }

    public sealed override Task FinishAsync(IncomingBody body, CancellationToken cancellationToken)
    {
        Limit.Check(_given + Changes.Chunk.Count);
        return Task.CompletedTask;
    }

    public sealed override void Keep() => chunks.Keep();

    public sealed override async ValueTask DisposeAsync()
    {
        await chunks.DisposeAsync();
        await base.DisposeAsync();
    }

    /// <summary>All that was read; asked for once.</summary>
    protected IReadOnlyList<Chunk> Finish() => chunks.Finish(Changes.Chunk);
}
