using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Limits;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress;

/// <summary>
/// Keeps the chunks of one request until it is accepted whole. All but the last are stored while the rest is still being read, so
/// that memory does not grow with the body; whatever is not accepted is removed again.
/// </summary>
/// <param name="journal">Where they are stored; null to keep them in memory, for a preview.</param>
/// <param name="limits">Asked before each; null for a repetition or a preview, of which nothing will stay.</param>
/// <param name="connection">What they are for.</param>
/// <param name="rule">What they are accepted under.</param>
internal sealed class ChunkStore(IEntryJournal? journal, PendingLimits? limits, Connection connection, EntryRule rule) : IAsyncDisposable
{
    private readonly List<Chunk> _chunks = [];
    private bool _keep;
    private long _pending;
    private long _droppedBytes;

    /// <summary>Bytes of the chunks that are not stored.</summary>
    public long BytesInMemory { get; private set; }

    /// <summary>Stores a full chunk, as there is more to come.</summary>
    /// <exception cref="CapacityExceededException">The body exceeds a capacity.</exception>
    public async Task StageAsync(ChunkBuilder chunk)
    {
        var next = chunk.Seal(rule);
        _pending += next.Pending;
        _droppedBytes += next.DroppedBytes;
        if (limits is not null && (limits.Check(connection.Id, _pending) ?? limits.CheckDropped(new(connection.ProjectId, _droppedBytes))) is { } exceeded)
            throw new CapacityExceededException(limits.Refuse(exceeded));
        if (journal is null) BytesInMemory += next.Changes.Length + next.Members.Length;
        _chunks.Add(journal is null ? next : await journal.StageAsync(connection.ProjectId, next));
    }

    /// <summary>All chunks, with the last.</summary>
    public IReadOnlyList<Chunk> Finish(ChunkBuilder last) => last.Count > 0 ? [.. _chunks, last.Seal(rule)] : _chunks;

    /// <summary>They were accepted: they stay.</summary>
    public void Keep() => _keep = true;

    public async ValueTask DisposeAsync()
    {
        if (_keep || _chunks.Count == 0 || journal is null) return;
        try
        {
            await journal.DiscardAsync(_chunks);
        }
        catch (StorageUnavailableException)
        {
            // what is left over is invisible, and cleared at the next start
        }
    }
}
