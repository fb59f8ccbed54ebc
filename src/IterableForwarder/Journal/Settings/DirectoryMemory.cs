using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using IterableForwarder.Changes;

namespace IterableForwarder.Journal.Settings;

/// <summary>
/// The directory's copy in memory. Each map may be read at any moment; a writer changes what belongs together one map after the
/// other, in an order that never leads a reader to a thing that is not there yet.
/// </summary>
internal sealed class DirectoryMemory
{
    private readonly ConcurrentDictionary<ProjectId, StoredProject> _projects = [];
    private readonly ConcurrentDictionary<string, ProjectId> _byKeyHash = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<FeedId, Connection> _connections = [];
    private readonly ConcurrentDictionary<ProjectId, ConcurrentDictionary<FeedId, Connection>> _byProject = [];
    private readonly ConcurrentDictionary<Audience, FeedId> _byAudience = [];

    public IReadOnlyCollection<Project> Projects => [.. _projects.Select(p => p.Value.Project)];

    public bool TryGet(ProjectId id, [NotNullWhen(true)] out StoredProject? project) => _projects.TryGetValue(id, out project);

    public bool TryGetByKeyHash(string hash, [NotNullWhen(true)] out StoredProject? project)
    {
        project = null;
        return _byKeyHash.TryGetValue(hash, out var id) && _projects.TryGetValue(id, out project);
    }

    public bool TryGet(FeedId id, [NotNullWhen(true)] out Connection? connection) => _connections.TryGetValue(id, out connection);

    public bool TryGetByAudience(Audience audience, [NotNullWhen(true)] out Connection? connection)
    {
        connection = null;
        return _byAudience.TryGetValue(audience, out var id) && _connections.TryGetValue(id, out connection);
    }

    public IReadOnlyCollection<Connection> ConnectionsOf(ProjectId project) =>
        _byProject.TryGetValue(project, out var connections) ? [.. connections.Select(c => c.Value)] : [];

    public void Put(StoredProject project, StoredProject? before = null)
    {
        _projects[project.Project.Id] = project;
        _byKeyHash[project.KeyHash] = project.Project.Id;
        if (before is not null && before.KeyHash != project.KeyHash) _byKeyHash.TryRemove(before.KeyHash, out _);
    }

    public void Remove(StoredProject project)
    {
        _byKeyHash.TryRemove(project.KeyHash, out _);
        _projects.TryRemove(project.Project.Id, out _);
        _byProject.TryRemove(project.Project.Id, out _);
    }

    public void Put(Connection connection, Connection? before = null)
    {
        _connections[connection.Id] = connection;
        _byProject.GetOrAdd(connection.ProjectId, _ => [])[connection.Id] = connection;
        var (now, then) = (Audience.Of(connection), before is null ? null : Audience.Of(before));
        if (now is not null) _byAudience[now] = connection.Id;
        if (then is not null && then != now) _byAudience.TryRemove(then, out _);
    }

    public void Remove(Connection connection)
    {
        if (Audience.Of(connection) is { } audience) _byAudience.TryRemove(audience, out _);
        if (_byProject.TryGetValue(connection.ProjectId, out var siblings)) siblings.TryRemove(connection.Id, out _);
        _connections.TryRemove(connection.Id, out _);
    }
}

/// <summary>What a source calls an audience, in one project.</summary>
internal sealed record Audience(ProjectId Project, Source Source, string Id)
{
    /// <summary>Null for a connection without one.</summary>
    public static Audience? Of(Connection connection) =>
        connection.AudienceId is { } id ? new(connection.ProjectId, connection.Source, id) : null;
}
