using System.Collections.Concurrent;
using Iterable.Sandbox.Calls;
using Iterable.Sandbox.Exports;
using Iterable.Sandbox.Faults;
using Iterable.Sandbox.Projects;

namespace Iterable.Sandbox.State;

/// <summary>Everything there is: the projects by key, whose list is whose, the faults and the calls.</summary>
internal sealed class World(SandboxOptions options)
{
    private readonly ConcurrentDictionary<string, Project> _projects = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<long, Project> _listOwners = new();
    private long _lastListId = options.FirstListId - 1;
    private long _lastExportId;

    public SandboxOptions Options => options;

    public FaultBook Faults { get; } = new();

    public CallLog Calls { get; } = new(options);

    public IEnumerable<Project> Projects => _projects.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value);

    public Project ProjectOf(string apiKey) => _projects.GetOrAdd(apiKey, key => new Project(key, SettingsOf(key), options));

    public Project? OwnerOf(long listId) => _listOwners.GetValueOrDefault(listId);

    public long NextExportId() => Interlocked.Increment(ref _lastExportId);

    public ExportJob? FindExport(string token)
    {
        foreach (var project in _projects.Values)
        {
            lock (project.Gate)
            {
                if (project.Exports.Jobs.FirstOrDefault(job => job.Token == token) is { } job) return job;
            }
        }
        return null;
    }

    /// <summary>Null when the id is taken, by whichever key.</summary>
    public MemberList? AddList(Project project, long? id, Func<long, MemberList> make)
    {
        var listId = id ?? NextListId();
        if (!_listOwners.TryAdd(listId, project)) return id is null ? AddList(project, null, make) : null;
        var list = make(listId);
        lock (project.Gate) project.Lists.Add(listId, list);
        return list;
    }

    public bool TryRemoveList(long listId)
    {
        if (OwnerOf(listId) is not { } project) return false;
        RemoveList(project, listId);
        return true;
    }

    public void RemoveList(Project project, long listId)
    {
        lock (project.Gate) project.Lists.Remove(listId);
        _listOwners.TryRemove(listId, out _);
    }

    /// <summary>The project moves to the new key with all it holds; the old one opens nothing from now on.</summary>
    public void ExchangeKey(string old, string @new)
    {
        var project = ProjectOf(old);
        if (!_projects.TryAdd(@new, project)) throw new ArgumentException("the new key is in use");
        project.ApiKey = @new;
        _projects[old] = new Project(old, new ProjectSettings { Revoked = true }, options);
    }

    public void Reset()
    {
        _projects.Clear();
        _listOwners.Clear();
        Interlocked.Exchange(ref _lastListId, options.FirstListId - 1);
        Faults.Clear();
        Calls.Clear();
    }

    private long NextListId() => Interlocked.Increment(ref _lastListId);

    private ProjectSettings SettingsOf(string apiKey)
    {
        if (options.Projects.TryGetValue(apiKey, out var settings)) return settings;
        return options.ProjectDefaults with
        {
            Revoked = options.ProjectDefaults.Revoked || !options.AcceptUnknownKeys || apiKey.Contains("revoked", StringComparison.OrdinalIgnoreCase),
            Forbidden = options.ProjectDefaults.Forbidden || apiKey.Contains("forbidden", StringComparison.OrdinalIgnoreCase),
        };
    }
}
