using System.Text;
using Iterable.Sandbox.Events;
using Iterable.Sandbox.Fields;
using Iterable.Sandbox.Identity;
using Iterable.Sandbox.State;

namespace Iterable.Sandbox.Api;

/// <summary>Writes the events of one request into a project whose lock the caller holds.</summary>
internal sealed class EventWriter
{
    private readonly Project _project;
    private readonly TimeProvider _clock;
    private readonly IdentityRules _rules;
    private readonly MemberGate _gate;
    private readonly Dictionary<string, FieldCheck> _fields = [];
    private readonly SortedSet<string> _disallowed = new(StringComparer.Ordinal);

    public EventWriter(Project project, TimeProvider clock)
    {
        _project = project;
        _clock = clock;
        _rules = new IdentityRules(project.Settings.Type, project.People);
        _gate = new MemberGate(project.Settings.Type, project.Forgotten, Failures);
    }

    public Failures Failures { get; } = new();

    public int Succeeded { get; private set; }

    public IReadOnlyCollection<string> DisallowedEventNames => _disallowed;

    public IEnumerable<string> CreatedFields => _fields.Values.SelectMany(check => check.Created).Distinct();

    /// <summary>Before any event is written: one wrong type refuses them all. Null when the types fit.</summary>
    public ApiAnswer? CheckFields(IReadOnlyList<EventInput> events)
    {
        foreach (var each in events) CheckOf(each.EventName).Read(each.Member.DataFields.Span);
        var mismatches = _fields.Values.SelectMany(check => check.Mismatches).ToList();
        if (mismatches.Count == 0) return null;
        foreach (var check in _fields.Values) check.Undo();
        return Refusals.FieldTypes(mismatches, "event");
    }

    /// <summary>The id kept, or null when the event failed.</summary>
    public string? Write(EventInput sent)
    {
        if (_project.Settings.DisallowedEventNames.Contains(sent.EventName))
        {
            Failures.CountOne();
            _disallowed.Add(sent.EventName);
            return null;
        }
        var member = sent.Whose(_project.Settings.Type);
        if (!_gate.LetsThrough(member)) return null;
        var resolution = _rules.ForWrite(member, existingOnly: false);
        if (resolution.Person is not null) return Keep(sent, member);
        _gate.Fail(member, resolution);
        return null;
    }

    private string Keep(EventInput sent, in MemberInput member)
    {
        Succeeded++;
        var id = sent.Id ?? _project.Events.NewId();
        _project.Events.Upsert(new SandboxEvent(
            id,
            sent.EventName,
            TextOf(member.Email),
            TextOf(member.UserId),
            sent.CreatedAt ?? _clock.GetUtcNow().ToUnixTimeSeconds(),
            member.DataFields.IsEmpty ? null : Encoding.UTF8.GetString(member.DataFields.Span),
            sent.CampaignId,
            sent.TemplateId));
        return id;
    }

    private FieldCheck CheckOf(string eventName)
    {
        if (!_fields.TryGetValue(eventName, out var check)) _fields[eventName] = check = new FieldCheck(_project.EventFields(eventName), createNewFields: true);
        return check;
    }

    private static string? TextOf(ReadOnlyMemory<byte>? text) => text is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null;
}
