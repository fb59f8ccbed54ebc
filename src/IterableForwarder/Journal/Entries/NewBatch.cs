using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Journal.Entries;

/// <summary>What one request brought for one feed, ready to be accepted.</summary>
internal sealed record NewBatch
{
    public required BatchId Id { get; init; }

    public required ProjectId ProjectId { get; init; }

    public required FeedId FeedId { get; init; }

    public required Source Source { get; init; }

    /// <summary>The source's own id of the message, where it has one.</summary>
    public string? SourceId { get; init; }

    public BatchId? ReplayOf { get; init; }

    public required EntryRule Rule { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>One for each entry; none for an empty batch.</summary>
    public required IReadOnlyList<Chunk> Chunks { get; init; }

    public long Received => Sum(static p => p.Count);

    public long Dropped => Sum(static p => p.Dropped.Count);

    /// <summary>Bytes of the store that those take.</summary>
    public long DroppedBytes => Sum(static p => p.DroppedBytes);

    /// <summary>Those to be sent to Iterable once the batch is accepted.</summary>
    public long Pending => Sum(static p => p.Pending);

    private long Sum(Func<Chunk, long> count)
    {
        var sum = 0L;
        for (var i = 0; i < Chunks.Count; i++) sum += count(Chunks[i]);
        return sum;
    }
}

/// <summary>Keeps a request from being accepted twice.</summary>
/// <param name="Scope">Within what the key is unique: a connection, or a project for messages with an id.</param>
/// <param name="Key">SHA-256 of the idempotency key or message id.</param>
/// <param name="BodyHash">When set, the same key with another body is refused.</param>
internal sealed record IdempotencyKey(Guid Scope, byte[] Key, byte[]? BodyHash);

/// <summary>What accepting came to.</summary>
internal enum AcceptanceKind
{
    Accepted,

    /// <summary>Accepted before: nothing was stored, and the first answer is given again.</summary>
    Repeated,

    /// <summary>The key was used before with another body: nothing was stored.</summary>
    KeyReused,

    /// <summary>Some of the messages were accepted before: nothing was stored, and the request may come again without them.</summary>
    MessagesRepeated,
}

/// <summary>The answer to an attempt to accept.</summary>
/// <param name="BatchId">Of the first batch, now or then; null for a message that brought none.</param>
/// <param name="Received">How many changes, now or then.</param>
internal sealed record Acceptance(AcceptanceKind Kind, BatchId? BatchId, long Received)
{
    /// <summary>The messages whose ids were accepted before.</summary>
    public IReadOnlyList<RepeatedMessage> Repeated { get; init; } = [];
}
