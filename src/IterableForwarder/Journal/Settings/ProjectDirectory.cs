using System.Diagnostics.CodeAnalysis;
using IterableForwarder.Changes;

namespace IterableForwarder.Journal.Settings;

/// <summary>
/// The directory over the store. Memory is changed after the commit, under the lock of the thing that changes; a name that must be
/// unique (Iterable key, audience) has a lock of its own, always taken after the thing's, so that nobody waits in a circle.
/// </summary>
internal sealed class ProjectDirectory(
    ISettingsStore store, ProjectSecrets secrets, DirectoryMemory memory, TimeProvider time, ILogger<ProjectDirectory> log)
    : IProjectDirectory, IJournalPart
{
    /// <summary>Connections in one commit: some 30 ms of the writer's time, while which accepted batches wait.</summary>
    private const int MaxPerCommit = 500;

    private readonly DirectoryMemory _memory = memory;
    private readonly KeyedLock<Guid> _things = new();
    private readonly KeyedLock<string> _keys = new();
    private readonly KeyedLock<Audience> _audiences = new();

    public event Action<ProjectId>? Changed;

    public IReadOnlyCollection<Project> Projects => _memory.Projects;

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        foreach (var read in await store.ReadProjectsAsync(cancellationToken))
        {
            var stored = secrets.Open(read);
            if (stored.Project.ApiKey.Length == 0) JournalLog.KeyUnreadable(log, stored.Project.Id.ToString());
            _memory.Put(stored);
        }
        await foreach (var connection in store.ReadConnectionsAsync(cancellationToken)) _memory.Put(connection);
        await foreach (var feed in store.ReadStreamFeedsAsync(cancellationToken)) _memory.Put(feed);
        foreach (var id in await store.ReadLeftOversAsync(cancellationToken)) await store.ClearHistoryAsync(id);
        var lasting = await store.ReadLastingHoldsAsync(cancellationToken);
        var all = _memory.Projects.SelectMany(p => HoldChanges.HoldsOf(p, _memory.FeedsOf(p.Id)));
        var holds = HoldChanges.Reconcile(lasting, all, time.GetUtcNow());
        if (holds.Count > 0) await store.RecordAsync(holds);
    }

    public bool TryGet(ProjectId id, [NotNullWhen(true)] out Project? project) =>
        (project = _memory.TryGet(id, out var stored) ? stored.Project : null) is not null;

    public bool TryGetByApiKey(string apiKey, [NotNullWhen(true)] out Project? project) =>
        (project = _memory.TryGetByKeyHash(ProjectSecrets.HashOf(apiKey), out var stored) ? stored.Project : null) is not null;

    public IReadOnlyCollection<Connection> ConnectionsOf(ProjectId project) => [.. _memory.FeedsOf(project).OfType<Connection>()];

    public IReadOnlyCollection<IFeed> FeedsOf(ProjectId project) => _memory.FeedsOf(project);

    public bool TryGet(FeedId id, [NotNullWhen(true)] out Connection? connection) => _memory.TryGet(id, out connection);

    public bool TryGetFeed(FeedId id, [NotNullWhen(true)] out IFeed? feed) => _memory.TryGet(id, out feed);

    public bool TryGetByAudience(ProjectId project, Source source, string audienceId, [NotNullWhen(true)] out Connection? connection) =>
        _memory.TryGetByAudience(new Audience(project, source, audienceId), out connection);

    public async Task<Project> GetOrAddAsync(Project project, CancellationToken cancellationToken)
    {
        var stored = secrets.Protect(project);
        using (await _keys.EnterAsync(stored.KeyHash, cancellationToken))
        {
            if (_memory.TryGetByKeyHash(stored.KeyHash, out var other)) return other.Project;
            await store.InsertAsync(stored);
            _memory.Put(stored);
        }
        Changed?.Invoke(project.Id);
        return project;
    }

    public async Task<Project?> UpdateAsync(ProjectId id, Func<Project, Project> change, Author by, CancellationToken cancellationToken)
    {
        Project changed;
        using (await _things.EnterAsync(id.Value, cancellationToken))
        {
            if (!_memory.TryGet(id, out var before)) return null;
            changed = change(before.Project);
            if (ReferenceEquals(changed, before.Project)) return changed;
            await SaveAsync(secrets.Protect(changed, before), before, by, cancellationToken);
        }
        Changed?.Invoke(id);
        return changed;
    }

    public async Task<bool> TryDeleteAsync(ProjectId id, CancellationToken cancellationToken)
    {
        using (await _things.EnterAsync(id.Value, cancellationToken))
        {
            if (!_memory.TryGet(id, out var stored)) return true;
            using (await _keys.EnterAsync(stored.KeyHash, cancellationToken))
            {
                if (!await store.TryDeleteAsync(id)) return false;
                _memory.Remove(stored);
            }
        }
        Changed?.Invoke(id);
        return true;
    }

    public async Task<IReadOnlyList<Connection>> GetOrAddAsync(IReadOnlyList<Connection> connections, CancellationToken cancellationToken)
    {
        var known = new List<Connection>(connections.Count);
        foreach (var some in connections.Chunk(MaxPerCommit)) known.AddRange(await GetOrAddTogetherAsync(some, cancellationToken));
        return known;
    }

    public async Task<Connection?> UpdateAsync(FeedId id, Func<Connection, Connection> change, Author by, CancellationToken cancellationToken)
    {
        Connection changed;
        using (await _things.EnterAsync(id.Value, cancellationToken))
        {
            if (!_memory.TryGet(id, out Connection? before)) return null;
            changed = change(before);
            if (ReferenceEquals(changed, before)) return changed;
            await SaveAsync(changed, before, by, cancellationToken);
        }
        Changed?.Invoke(changed.ProjectId);
        return changed;
    }

    public async Task<IFeed?> UpdateFlowAsync(FeedId id, Func<FeedFlow, FeedFlow> change, Author by, CancellationToken cancellationToken)
    {
        IFeed changed;
        using (await _things.EnterAsync(id.Value, cancellationToken))
        {
            if (!_memory.TryGet(id, out IFeed? before)) return null;
            changed = before.With(change(before.Flow));
            if (ReferenceEquals(changed, before)) return changed;
            await store.UpdateAsync(changed, HoldChanges.Between(before, changed, AuthorOf(by)));
            _memory.Put(changed, before);
        }
        Changed?.Invoke(changed.ProjectId);
        return changed;
    }

    public async Task<bool> TryDeleteAsync(FeedId id, CancellationToken cancellationToken)
    {
        Connection? connection;
        using (await _things.EnterAsync(id.Value, cancellationToken))
        {
            if (!_memory.TryGet(id, out connection)) return true;
            using (await EnterAudiencesAsync([connection], cancellationToken))
            {
                if (!await store.TryDeleteAsync(id)) return false;
                _memory.Remove(connection);
            }
        }
        await store.ClearHistoryAsync(id);
        Changed?.Invoke(connection.ProjectId);
        return true;
    }

    public Task<IReadOnlyList<PastHold>> ReadPastHoldsAsync(HoldFilter filter, long before, int limit, CancellationToken cancellationToken) =>
        store.ReadPastHoldsAsync(filter, before, limit, cancellationToken);

    /// <summary>The lock of a feed, for who changes it as a part of something else.</summary>
    public Task<IDisposable> EnterAsync(FeedId id, CancellationToken cancellationToken) => _things.EnterAsync(id.Value, cancellationToken);

    /// <summary>Says that something of the project was changed elsewhere.</summary>
    public void Announce(ProjectId project) => Changed?.Invoke(project);

    /// <summary>In one commit.</summary>
    private async Task<IReadOnlyList<Connection>> GetOrAddTogetherAsync(Connection[] connections, CancellationToken cancellationToken)
    {
        var found = new List<Connection>(connections.Length);
        var added = new Dictionary<Audience, Connection>();
        var missing = new List<Connection>();
        using (await EnterAudiencesAsync(connections, cancellationToken))
        {
            foreach (var connection in connections)
            {
                var audience = Audience.Of(connection);
                Connection? other = null;
                var isKnown = audience is not null && (_memory.TryGetByAudience(audience, out other) || added.TryGetValue(audience, out other));
                found.Add(isKnown ? other! : connection);
                if (isKnown) continue;
                missing.Add(connection);
                if (audience is not null) added.Add(audience, connection);
            }
            if (missing.Count == 0) return found;
            if (!await store.TryInsertAsync(missing)) throw new ProjectGoneException();
            foreach (var connection in missing) _memory.Put(connection);
        }
        Changed?.Invoke(missing[0].ProjectId);
        return found;
    }

    private async Task SaveAsync(StoredProject after, StoredProject before, Author by, CancellationToken cancellationToken)
    {
        using (await _keys.EnterAsync(after.KeyHash, cancellationToken))
        {
            if (after.KeyHash != before.KeyHash && _memory.TryGetByKeyHash(after.KeyHash, out _)) throw new ApiKeyTakenException();
            await store.UpdateAsync(after, HoldChanges.Between(before.Project, after.Project, AuthorOf(by)));
            _memory.Put(after, before);
        }
    }

    private async Task SaveAsync(Connection after, Connection before, Author by, CancellationToken cancellationToken)
    {
        using (await EnterAudiencesAsync([after], cancellationToken))
        {
            if (Audience.Of(after) is { } audience && audience != Audience.Of(before) && _memory.TryGetByAudience(audience, out _))
                throw new AudienceTakenException();
            await store.UpdateAsync(after, HoldChanges.Between(before, after, AuthorOf(by)));
            _memory.Put(after, before);
        }
    }

    /// <summary>Holds the audiences of connections, always in the same order: whoever holds one of them waits for no other, or for later ones.</summary>
    private async Task<IDisposable> EnterAudiencesAsync(Connection[] connections, CancellationToken cancellationToken)
    {
        var entered = new Entered();
        try
        {
            var audiences = connections.Select(Audience.Of).OfType<Audience>().Distinct();
            foreach (var audience in audiences.OrderBy(a => a.Project.Value).ThenBy(a => a.Source).ThenBy(a => a.Id, StringComparer.Ordinal))
                entered.Add(await _audiences.EnterAsync(audience, cancellationToken));
            return entered;
        }
        catch
        {
            entered.Dispose();
            throw;
        }
    }

    private HoldAuthor AuthorOf(Author by) => new(by.Name, by.Reason, time.GetUtcNow());

    /// <summary>Locks that are held together.</summary>
    private sealed class Entered : IDisposable
    {
        private readonly List<IDisposable> _locks = [];

        public void Add(IDisposable held) => _locks.Add(held);

        public void Dispose()
        {
            foreach (var held in _locks) held.Dispose();
        }
    }
}
