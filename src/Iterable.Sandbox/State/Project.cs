using Iterable.Sandbox.Events;
using Iterable.Sandbox.Exports;
using Iterable.Sandbox.Fields;
using Iterable.Sandbox.Identity;
using Iterable.Sandbox.Limits;
using Iterable.Sandbox.Projects;

namespace Iterable.Sandbox.State;

/// <summary>All that one key stands for. Whoever touches more than the settings holds <see cref="Gate"/>.</summary>
internal sealed class Project
{
    private readonly TimeProvider _clock;
    private readonly TokenBucket[] _buckets;
    private readonly Dictionary<string, FieldNode> _eventFields = [];

    public Project(string apiKey, ProjectSettings settings, SandboxOptions options)
    {
        _clock = options.TimeProvider;
        ApiKey = apiKey;
        Settings = settings;
        Events = new EventLog(options.KeptEvents);
        People = new PersonDirectory(_clock);
        _buckets = [.. EndpointClasses.All.Select(each => new TokenBucket(settings.Limits.Of(each), _clock))];
    }

    public Lock Gate { get; } = new();

    /// <summary>The key that opens it now.</summary>
    public string ApiKey { get; set; }

    public ProjectSettings Settings { get; private set; }

    public PersonDirectory People { get; }

    public Dictionary<long, MemberList> Lists { get; } = [];

    public ForgottenUsers Forgotten { get; } = new();

    public EventLog Events { get; }

    public ExportBook Exports { get; } = new();

    public FieldNode UserFields { get; } = new("", FieldKind.Object);

    /// <summary>Fields are typed for each event name apart.</summary>
    public FieldNode EventFields(string eventName)
    {
        if (!_eventFields.TryGetValue(eventName, out var fields)) _eventFields[eventName] = fields = new FieldNode("", FieldKind.Object);
        return fields;
    }

    /// <summary>Null when the call is within the limit; otherwise how long to wait.</summary>
    public TimeSpan? TakeToken(EndpointClass endpointClass)
    {
        lock (Gate) return _buckets[(int)endpointClass].Take();
    }

    public ProjectSettings Configure(Func<ProjectSettings, ProjectSettings> change)
    {
        lock (Gate)
        {
            var settings = change(Settings).Checked();
            if (settings.Type != Settings.Type && People.Count > 0) throw new InvalidOperationException("the type of a project with users cannot change");
            foreach (var each in EndpointClasses.All)
            {
                if (_buckets[(int)each].Limit != settings.Limits.Of(each)) _buckets[(int)each] = new TokenBucket(settings.Limits.Of(each), _clock);
            }
            return Settings = settings;
        }
    }

    public MemberList? VisibleList(long id) =>
        Lists.TryGetValue(id, out var list) && list.VisibleFrom <= _clock.GetUtcNow() ? list : null;

    /// <summary>The lists that the person is a member of, by id.</summary>
    public IEnumerable<long> ListsOf(Person person) => Lists.Values.Where(list => list.Has(person)).Select(list => list.Id).Order();

    public void Forget(byte[]? email, byte[]? userId)
    {
        lock (Gate)
        {
            if (email is not null) Forget(People.ByEmail(email));
            foreach (var person in userId is null ? [] : People.AllByUserId(userId)) Forget(person);
            if (email is not null) Forgotten.AddEmail(email);
            if (userId is not null) Forgotten.AddUserId(userId);
        }
    }

    /// <summary>The person leaves the project with lists, fields and events; what is sent about them later makes them anew.</summary>
    public void Delete(Person person)
    {
        foreach (var list in Lists.Values) list.Erase(person);
        Events.Remove(person);
        People.Remove(person);
        person.DataFields = null;
    }

    private void Forget(Person? person)
    {
        if (person is null) return;
        // What does not identify in the project is a field, which other people may share.
        if (person.Email is { } email && Settings.Type != ProjectType.UserId) Forgotten.AddEmail(email);
        if (person.UserId is { } userId && Settings.Type != ProjectType.Email) Forgotten.AddUserId(userId);
        Delete(person);
    }
}
