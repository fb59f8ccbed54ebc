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
    private readonly ConcurrentDictionary<FeedId, IFeed> _feeds = [];
    private readonly ConcurrentDictionary<ProjectId, ConcurrentDictionary<FeedId, IFeed>> _byProject = [];
    private readonly ConcurrentDictionary<Audience, FeedId> _byAudience = [];

    public IReadOnlyCollection<Project> Projects => [.. _projects.Select(p => p.Value.Project)];

    public bool TryGet(ProjectId id, [NotNullWhen(true)] out StoredProject? project) => _projects.TryGetValue(id, out project);

    public bool TryGetByKeyHash(string hash, [NotNullWhen(true)] out StoredProject? project)
    {
        project = null;
        return _byKeyHash.TryGetValue(hash, out var id) && _projects.TryGetValue(id, out project);
    }

    /// <summary>The feed of an id, where it is one of that type.</summary>
    public bool TryGet<TFeed>(FeedId id, [NotNullWhen(true)] out TFeed? feed)
        where TFeed : class, IFeed => (feed = _feeds.GetValueOrDefault(id) as TFeed) is not null;

    /// <summary>The stream that has the id itself; its users' feed has another one.</summary>
    public bool TryGet(FeedId id, [NotNullWhen(true)] out EventStream? stream) =>
        (stream = TryGet(id, out StreamFeed? feed) && feed.Stream.Id == id ? feed.Stream : null) is not null;

    public IReadOnlyCollection<EventStream> Streams => [.. _feeds.Select(f => f.Value).OfType<StreamFeed>().Where(f => f.Id == f.Stream.Id).Select(f => f.Stream)];

    public bool TryGetByAudience(Audience audience, [NotNullWhen(true)] out Connection? connection)
    {
        connection = null;
        return _byAudience.TryGetValue(audience, out var id) && TryGet(id, out connection);
    }

    public IReadOnlyCollection<IFeed> FeedsOf(ProjectId project) =>
        _byProject.TryGetValue(project, out var feeds) ? [.. feeds.Select(f => f.Value)] : [];

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

    public void Put(IFeed feed, IFeed? before = null)
    {
        _feeds[feed.Id] = feed;
        _byProject.GetOrAdd(feed.ProjectId, _ => [])[feed.Id] = feed;
        var (now, then) = (Audience.Of(feed), Audience.Of(before));
        if (now is not null) _byAudience[now] = feed.Id;
        if (then is not null && then != now) _byAudience.TryRemove(then, out _);
    }

    public void Remove(IFeed feed)
    {
        if (Audience.Of(feed) is { } audience) _byAudience.TryRemove(audience, out _);
        if (_byProject.TryGetValue(feed.ProjectId, out var siblings)) siblings.TryRemove(feed.Id, out _);
        _feeds.TryRemove(feed.Id, out _);
    }
}

/// <summary>What a source calls an audience, in one project.</summary>
internal sealed record Audience(ProjectId Project, Source Source, string Id)
{
    /// <summary>Null for a connection without one, and for what is no connection.</summary>
    public static Audience? Of(IFeed? feed) => feed is Connection { AudienceId: { } id } connection ? new(connection.ProjectId, connection.Source, id) : null;
}
