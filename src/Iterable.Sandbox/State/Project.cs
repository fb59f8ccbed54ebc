using Iterable.Sandbox.Events;
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
        _buckets = [.. EndpointClasses.All.Select(each => new TokenBucket(settings.Limits.Of(each), _clock))];
    }

    public Lock Gate { get; } = new();

    /// <summary>The key that opens it now.</summary>
    public string ApiKey { get; set; }

    public ProjectSettings Settings { get; private set; }

    public PersonDirectory People { get; } = new();

    public Dictionary<long, MemberList> Lists { get; } = [];

    public ForgottenUsers Forgotten { get; } = new();

    public EventLog Events { get; }

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

    public void Forget(byte[]? email, byte[]? userId)
    {
        lock (Gate)
        {
            if (email is not null) Erase(People.ByEmail(email));
            if (userId is not null) Erase(People.ByUserId(userId));
            if (email is not null) Forgotten.AddEmail(email);
            if (userId is not null) Forgotten.AddUserId(userId);
        }
    }

    private void Erase(Person? person)
    {
        if (person is null) return;
        foreach (var list in Lists.Values) list.Erase(person);
        if (person.Email is { } email) Forgotten.AddEmail(email);
        if (person.UserId is { } userId) Forgotten.AddUserId(userId);
        People.Remove(person);
        person.DataFields = null;
    }
}
