using System.Diagnostics.CodeAnalysis;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Telemetry;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>
/// The directory over SQLite. Memory is changed after the commit, under the lock of the thing that changes; a name that must be
/// unique (Iterable key, audience) has a lock of its own, always taken after the thing's, so that nobody waits in a circle.
/// </summary>
internal sealed class SqliteProjectDirectory(
    SqliteDatabase database, SqliteWriter writer, SqliteDirectorySecrets secrets, SqliteDirectoryMemory memory, TimeProvider time, ILogger<SqliteProjectDirectory> log)
    : IProjectDirectory, IJournalPart
{
    private readonly SqliteDirectoryMemory _memory = memory;
    private readonly KeyedLock<Guid> _things = new();
    private readonly KeyedLock<string> _keys = new();
    private readonly KeyedLock<Audience> _audiences = new();

    public event Action<ProjectId>? Changed;

    public IReadOnlyCollection<Project> Projects => _memory.Projects;

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        foreach (var row in database.Read(session => SqliteDirectoryRows.ReadProjects(session.Connection)))
        {
            var stored = secrets.Read(row);
            if (stored.Project.ApiKey.Length == 0) JournalLog.KeyUnreadable(log, stored.Project.Id.ToString());
            _memory.Put(stored);
        }
        foreach (var connection in database.Walk(session => SqliteDirectoryRows.ReadConnections(session.Connection))) _memory.Put(connection);
        foreach (var id in database.Read(session => SqliteDirectoryRows.ReadLeftOvers(session.Connection))) await ClearHistoryAsync(id);
        await writer.WriteAsync(session => SqliteStops.Reconcile(session, AllThatCanBeStopped(), time.GetUtcNow()));
    }

    public bool TryGet(ProjectId id, [NotNullWhen(true)] out Project? project) =>
        (project = _memory.TryGet(id, out var stored) ? stored.Project : null) is not null;

    public bool TryGetByApiKey(string apiKey, [NotNullWhen(true)] out Project? project) =>
        (project = _memory.TryGetByKeyHash(SqliteDirectorySecrets.HashOf(apiKey), out var stored) ? stored.Project : null) is not null;

    public IReadOnlyCollection<Connection> ConnectionsOf(ProjectId project) => _memory.ConnectionsOf(project);

    public bool TryGet(ConnectionId id, [NotNullWhen(true)] out Connection? connection) => _memory.TryGet(id, out connection);

    public bool TryGetByAudience(ProjectId project, Source source, string audienceId, [NotNullWhen(true)] out Connection? connection) =>
        _memory.TryGetByAudience(new Audience(project, source, audienceId), out connection);

    public async Task<Project> GetOrAddAsync(Project project, CancellationToken cancellationToken)
    {
        var stored = secrets.Protect(project);
        using (await _keys.EnterAsync(stored.KeyHash, cancellationToken))
        {
            if (_memory.TryGetByKeyHash(stored.KeyHash, out var other)) return other.Project;
            await writer.WriteAsync(session => SqliteDirectoryRows.Insert(session, stored));
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
                if (!await writer.WriteAsync(session => SqliteDirectoryRows.TryDelete(session, id))) return false;
                _memory.Remove(stored);
            }
        }
        Changed?.Invoke(id);
        return true;
    }

    public async Task<Connection> GetOrAddAsync(Connection connection, CancellationToken cancellationToken)
    {
        using (await EnterAudienceAsync(connection, cancellationToken))
        {
            if (Audience.Of(connection) is { } audience && _memory.TryGetByAudience(audience, out var other)) return other;
            if (!await writer.WriteAsync(session => SqliteDirectoryRows.TryInsert(session, connection))) throw new ProjectGoneException();
            _memory.Put(connection);
        }
        Changed?.Invoke(connection.ProjectId);
        return connection;
    }

    public async Task<Connection?> UpdateAsync(ConnectionId id, Func<Connection, Connection> change, Author by, CancellationToken cancellationToken)
    {
        Connection changed;
        using (await _things.EnterAsync(id.Value, cancellationToken))
        {
            if (!_memory.TryGet(id, out var before)) return null;
            changed = change(before);
            if (ReferenceEquals(changed, before)) return changed;
            await SaveAsync(changed, before, by, cancellationToken);
        }
        Changed?.Invoke(changed.ProjectId);
        return changed;
    }

    public async Task<bool> TryDeleteAsync(ConnectionId id, CancellationToken cancellationToken)
    {
        Connection? connection;
        using (await _things.EnterAsync(id.Value, cancellationToken))
        {
            if (!_memory.TryGet(id, out connection)) return true;
            using (await EnterAudienceAsync(connection, cancellationToken))
            {
                if (!await writer.WriteAsync(session => SqliteDirectoryRows.TryDelete(session, id))) return false;
                _memory.Remove(connection);
            }
        }
        await ClearHistoryAsync(id);
        Changed?.Invoke(connection.ProjectId);
        return true;
    }

    /// <summary>The lock of a connection, for who changes it as a part of something else.</summary>
    public Task<IDisposable> EnterAsync(ConnectionId id, CancellationToken cancellationToken) => _things.EnterAsync(id.Value, cancellationToken);

    /// <summary>Says that something of the project was changed elsewhere.</summary>
    public void Announce(ProjectId project) => Changed?.Invoke(project);

    private async Task SaveAsync(StoredProject after, StoredProject before, Author by, CancellationToken cancellationToken)
    {
        using (await _keys.EnterAsync(after.KeyHash, cancellationToken))
        {
            if (after.KeyHash != before.KeyHash && _memory.TryGetByKeyHash(after.KeyHash, out _)) throw new ApiKeyTakenException();
            var author = new StopAuthor(by.Name, by.Reason, time.GetUtcNow());
            await writer.WriteAsync(session => SqliteDirectoryRows.Update(session, after) + SqliteStops.Record(session, before.Project, after.Project, author));
            _memory.Put(after, before);
        }
    }

    private async Task SaveAsync(Connection after, Connection before, Author by, CancellationToken cancellationToken)
    {
        using (await EnterAudienceAsync(after, cancellationToken))
        {
            if (Audience.Of(after) is { } audience && audience != Audience.Of(before) && _memory.TryGetByAudience(audience, out _))
                throw new AudienceTakenException();
            var author = new StopAuthor(by.Name, by.Reason, time.GetUtcNow());
            await writer.WriteAsync(session => SqliteDirectoryRows.Update(session, after) + SqliteStops.Record(session, before, after, author));
            _memory.Put(after, before);
        }
    }

    private IEnumerable<(Stoppable What, Stop? Stop)> AllThatCanBeStopped()
    {
        foreach (var project in _memory.Projects)
        {
            yield return (SqliteStops.HoldOf(project), project.Hold);
            foreach (var connection in _memory.ConnectionsOf(project.Id))
            {
                yield return (SqliteStops.PauseOf(connection), connection.Pause);
                foreach (var list in connection.Holds.Select(hold => hold.ListId).Append(null).Distinct())
                    yield return (SqliteStops.HoldOf(connection, list), connection.Holds.FirstOrDefault(hold => hold.ListId == list)?.Stop);
            }
        }
    }

    private async Task<IDisposable?> EnterAudienceAsync(Connection connection, CancellationToken cancellationToken) =>
        Audience.Of(connection) is { } audience ? await _audiences.EnterAsync(audience, cancellationToken) : null;

    /// <summary>Clears what a deleted connection left, piece by piece.</summary>
    public async Task ClearHistoryAsync(ConnectionId id)
    {
        while (!await writer.WriteAsync(session => SqliteDirectoryRows.ClearSomeHistory(session, id)))
        {
        }
    }
}
