using System.Text;
using Iterable.Sandbox.Calls;
using Iterable.Sandbox.Events;
using Iterable.Sandbox.Faults;
using Iterable.Sandbox.Projects;

namespace Iterable.Sandbox.State;

/// <summary>What the sandbox holds, for hosts in the same process. Thread-safe; every answer is a copy.</summary>
public sealed class SandboxState
{
    private readonly World _world;

    internal SandboxState(World world) => _world = world;

    /// <summary>Makes a list, at once visible; with an id that is taken it throws <see cref="ArgumentException"/>.</summary>
    /// <param name="apiKey">The project.</param>
    /// <param name="name">Any; names are not unique.</param>
    /// <param name="id">1 or more, unique over all keys; null for the next.</param>
    /// <param name="type">Shown only.</param>
    /// <param name="inUse">Whether deleting it answers 409.</param>
    /// <param name="description">Any.</param>
    public SandboxList AddList(string apiKey, string name, long? id = null, ListType type = ListType.Standard, bool inUse = false, string description = "")
    {
        ArgumentException.ThrowIfNullOrEmpty(apiKey);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (id < 1) throw new ArgumentException("a list's id is 1 or more");
        var project = _world.ProjectOf(apiKey);
        var list = _world.AddList(project, id, given => new MemberList(given, name, description, type, _world.Options.TimeProvider.GetUtcNow()) { InUse = inUse })
            ?? throw new ArgumentException($"list {id} exists");
        lock (project.Gate) return Describe(project, list);
    }

    /// <summary>All lists by id, of one key or of all.</summary>
    public IReadOnlyList<SandboxList> Lists(string? apiKey = null) =>
        [.. ProjectsOf(apiKey).SelectMany(ListsOf).OrderBy(list => list.Id)];

    /// <summary>The list, or null.</summary>
    public SandboxList? FindList(long id) => Read(id, Describe);

    /// <summary>The first list of that name, or null.</summary>
    public SandboxList? FindList(string apiKey, string name) => Lists(apiKey).FirstOrDefault(list => list.Name == name);

    /// <summary>Who is in a list, by e-mail and then user id in ordinal order; empty when there is no such list.</summary>
    public IReadOnlyList<SandboxMember> Members(long listId) =>
        [.. Roster.Of(_world, listId, membersOnly: true).Select(entry =>
            new SandboxMember(Text(entry.Person.Email), Text(entry.Person.UserId), Text(entry.Person.DataFields), entry.Membership.Adds, entry.Membership.Removes))];

    /// <summary>Whom a list was told about and how often, members or not, in the same order.</summary>
    public IReadOnlyList<SandboxSends> Sends(long listId) =>
        [.. Roster.Of(_world, listId, membersOnly: false).Select(entry =>
            new SandboxSends(Text(entry.Person.Email), Text(entry.Person.UserId), entry.Membership.IsMember, entry.Membership.Adds, entry.Membership.Removes))];

    /// <summary>The users of one key or of all, in the same order.</summary>
    public IReadOnlyList<SandboxUser> Users(string? apiKey = null) =>
        [.. Roster.Users(_world, apiKey).Select(person => new SandboxUser(Text(person.Email), Text(person.UserId), Text(person.DataFields), person.ChannelUnsubscribed))];

    /// <summary>How many users one key has, or all.</summary>
    public long UserCount(string? apiKey = null) => ProjectsOf(apiKey).Sum(project => Locked(project, each => each.People.Count));

    /// <summary>The events kept, of one key or of all, in the order in which their ids came first.</summary>
    public IReadOnlyList<SandboxEvent> Events(string? apiKey = null) =>
        [.. ProjectsOf(apiKey).SelectMany(project => Locked(project, each => each.Events.Events.ToArray()))];

    /// <summary>How many events were accepted, repeats of an id included.</summary>
    public long EventsReceived(string? apiKey = null) => ProjectsOf(apiKey).Sum(project => Locked(project, each => each.Events.Received));

    /// <summary>The calls kept, in order, all or those to one path.</summary>
    public IReadOnlyList<SandboxCall> Calls(string? path = null) => _world.Calls.Calls(path);

    /// <summary>How many calls came in, exactly, all or those to one endpoint (ids as <c>{id}</c>).</summary>
    public long CallsReceived(string? endpoint = null) => _world.Calls.Arrived(endpoint);

    /// <summary>Calls and members by endpoint and status, exactly; calls still hanging are not in it.</summary>
    public IReadOnlyList<CallCount> CallCounts() => _world.Calls.Counts();

    /// <summary>Returns once so many calls have come in, those that hang included. Spares tests the sleeping.</summary>
    public Task WaitForCallsAsync(long count, string? endpoint = null, CancellationToken cancellationToken = default) =>
        _world.Calls.WaitAsync(endpoint, count, cancellationToken);

    /// <summary>The settings of a key.</summary>
    public ProjectSettings Settings(string apiKey) => _world.ProjectOf(apiKey).Settings;

    /// <summary>Changes the settings of a key and returns them. A changed limit starts with a full bucket.</summary>
    public ProjectSettings Configure(string apiKey, Func<ProjectSettings, ProjectSettings> change)
    {
        ArgumentException.ThrowIfNullOrEmpty(apiKey);
        return _world.ProjectOf(apiKey).Configure(change);
    }

    /// <summary>Gives a project a new key, as an operator of Iterable does: it keeps all it holds, and the old key is refused from now on.</summary>
    public void ExchangeKey(string old, string @new)
    {
        ArgumentException.ThrowIfNullOrEmpty(old);
        ArgumentException.ThrowIfNullOrEmpty(@new);
        _world.ExchangeKey(old, @new);
    }

    /// <summary>Takes a list away, as if somebody had deleted it at Iterable. False when there is none.</summary>
    public bool RemoveList(long id) => _world.TryRemoveList(id);

    /// <summary>Erases a user by either identifier; whatever is sent about them from now on fails as forgotten.</summary>
    public void Forget(string apiKey, string? email = null, string? userId = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(apiKey);
        if (email is null && userId is null) throw new ArgumentException("email or userId is needed");
        _world.ProjectOf(apiKey).Forget(Bytes(email?.ToLowerInvariant()), Bytes(userId));
    }

    /// <summary>Adds a fault and returns its id.</summary>
    public long AddFault(Fault fault) => _world.Faults.Add(fault);

    /// <summary>The faults still to be played.</summary>
    public IReadOnlyList<ActiveFault> Faults => _world.Faults.Active;

    /// <summary>False when it is gone already.</summary>
    public bool RemoveFault(long id) => _world.Faults.Remove(id);

    /// <summary>Removes all faults.</summary>
    public void RemoveFaults() => _world.Faults.Clear();

    /// <summary>Back to how it started: no lists, users, events, calls or faults, and the settings of the options.</summary>
    public void Reset() => _world.Reset();

    private IEnumerable<Project> ProjectsOf(string? apiKey) => apiKey is null ? _world.Projects : [_world.ProjectOf(apiKey)];

    private static SandboxList[] ListsOf(Project project) => Locked(project, each => each.Lists.Values.Select(list => Describe(each, list)).ToArray());

    private SandboxList? Read(long listId, Func<Project, MemberList, SandboxList> read)
    {
        if (_world.OwnerOf(listId) is not { } project) return null;
        lock (project.Gate) return project.Lists.TryGetValue(listId, out var list) ? read(project, list) : null;
    }

    private static T Locked<T>(Project project, Func<Project, T> read)
    {
        lock (project.Gate) return read(project);
    }

    private static SandboxList Describe(Project project, MemberList list) =>
        new(list.Id, list.Name, list.Description, project.ApiKey, list.Type, list.CreatedAt, list.MemberCount, list.Adds, list.Removes);

    private static string? Text(byte[]? bytes) => bytes is null ? null : Encoding.UTF8.GetString(bytes);

    private static byte[]? Bytes(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);
}
