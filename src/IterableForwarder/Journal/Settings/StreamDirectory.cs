using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using IterableForwarder.Changes;

namespace IterableForwarder.Journal.Settings;

/// <summary>The streams over the store. A stream changes under the locks of both its sides, always taken in the same order.</summary>
internal sealed class StreamDirectory(ISettingsStore store, ProjectDirectory connections, DirectoryMemory memory)
    : IStreamDirectory, IJournalPart
{
    private readonly ConcurrentDictionary<FeedId, EventStream> _streams = [];
    private readonly ConcurrentDictionary<FeedId, FeedId> _byUsersId = [];

    public IReadOnlyCollection<EventStream> Streams => [.. _streams.Select(s => s.Value)];

    /// <summary>After the connections: the sides take over what their stream says.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await foreach (var stream in store.ReadStreamsAsync(cancellationToken)) Put(stream);
    }

    public bool TryGet(FeedId id, [NotNullWhen(true)] out EventStream? stream) => _streams.TryGetValue(id, out stream);

    public bool TryGetBySide(FeedId id, [NotNullWhen(true)] out EventStream? stream) =>
        _streams.TryGetValue(_byUsersId.TryGetValue(id, out var events) ? events : id, out stream);

    public async Task AddAsync(EventStream stream, CancellationToken cancellationToken)
    {
        Connection[] sides = [StreamSides.EventsOf(stream), StreamSides.UsersOf(stream)];
        if (!await store.TryInsertAsync(stream, sides)) throw new ProjectGoneException();
        foreach (var side in sides) memory.Put(side);
        Put(stream);
        connections.Announce(stream.ProjectId);
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
            var sides = SidesOf(known).Select(side => (Before: side, After: StreamSides.Apply(known, side))).ToList();
            await store.UpdateAsync(known, [.. sides.Select(s => s.After)]);
            foreach (var (old, side) in sides) memory.Put(side, old);
            Put(known);
        }
        connections.Announce(known.ProjectId);
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
            foreach (var side in SidesOf(stream)) memory.Remove(side);
            _streams.TryRemove(stream.Id, out _);
            _byUsersId.TryRemove(stream.UsersId, out _);
        }
        await store.ClearHistoryAsync(stream.Id);
        await store.ClearHistoryAsync(stream.UsersId);
        connections.Announce(stream.ProjectId);
        return true;
    }

    private void Put(EventStream stream)
    {
        _byUsersId[stream.UsersId] = stream.Id;
        _streams[stream.Id] = stream;
    }

    private List<Connection> SidesOf(EventStream stream)
    {
        var sides = new List<Connection>(2);
        if (memory.TryGet(stream.Id, out var events)) sides.Add(events);
        if (memory.TryGet(stream.UsersId, out var users)) sides.Add(users);
        return sides;
    }

    private Task<IDisposable> EnterAsync(FeedId id, CancellationToken cancellationToken) => connections.EnterAsync(id, cancellationToken);
}
