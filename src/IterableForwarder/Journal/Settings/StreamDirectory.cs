using System.Diagnostics.CodeAnalysis;
using IterableForwarder.Changes;

namespace IterableForwarder.Journal.Settings;

/// <summary>The streams over the store. A stream changes under the locks of both its feeds, always taken in the same order.</summary>
internal sealed class StreamDirectory(ISettingsStore store, ProjectDirectory directory, DirectoryMemory memory) : IStreamDirectory
{
    public IReadOnlyCollection<EventStream> Streams => memory.Streams;

    public bool TryGet(FeedId id, [NotNullWhen(true)] out EventStream? stream) => memory.TryGet(id, out stream);

    public IReadOnlyList<StreamFeed> FeedsOf(EventStream stream) =>
        memory.TryGet(stream.Id, out StreamFeed? events) && memory.TryGet(stream.UsersId, out StreamFeed? users)
            ? [events with { Stream = stream }, users with { Stream = stream }]
            : [];

    public async Task AddAsync(EventStream stream, CancellationToken cancellationToken)
    {
        var feeds = StreamFeed.AllOf(stream);
        if (!await store.TryInsertAsync(stream, feeds)) throw new ProjectGoneException();
        Put(feeds);
        directory.Announce(stream.ProjectId);
    }

    public async Task<EventStream?> UpdateAsync(FeedId id, Func<EventStream, EventStream> change, CancellationToken cancellationToken)
    {
        if (!TryGet(id, out var known)) return null;
        using (await EnterAsync(known.Id, cancellationToken))
        using (await EnterAsync(known.UsersId, cancellationToken))
        {
            if (!TryGet(id, out var before)) return null;
            known = change(before);
            if (ReferenceEquals(known, before)) return known;
            await store.UpdateAsync(known);
            Put(FeedsOf(known));
        }
        directory.Announce(known.ProjectId);
        return known;
    }

    public async Task<bool> TryDeleteAsync(FeedId id, CancellationToken cancellationToken)
    {
        if (!TryGet(id, out var stream)) return true;
        using (await EnterAsync(stream.Id, cancellationToken))
        using (await EnterAsync(stream.UsersId, cancellationToken))
        {
            if (!TryGet(id, out _)) return true;
            if (!await store.TryDeleteAsync(stream)) return false;
            foreach (var feed in FeedsOf(stream)) memory.Remove(feed);
        }
        foreach (var feedId in stream.FeedIds) await store.ClearHistoryAsync(feedId);
        directory.Announce(stream.ProjectId);
        return true;
    }

    private void Put(IEnumerable<StreamFeed> feeds)
    {
        foreach (var feed in feeds) memory.Put(feed);
    }

    private Task<IDisposable> EnterAsync(FeedId id, CancellationToken cancellationToken) => directory.EnterAsync(id, cancellationToken);
}
