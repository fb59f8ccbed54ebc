using Iterable.Sandbox.Fields;
using Iterable.Sandbox.Identity;
using Iterable.Sandbox.State;

namespace Iterable.Sandbox.Api;

/// <summary>Writes the members of one request into a project whose lock the caller holds.</summary>
internal sealed class MemberWriter
{
    private readonly Project _project;
    private readonly IdentityRules _rules;
    private readonly MemberGate _gate;
    private readonly FieldCheck _fields;

    public MemberWriter(Project project, bool createNewFields)
    {
        _project = project;
        _rules = new IdentityRules(project.Settings.Type, project.People);
        _gate = new MemberGate(project.Settings.Type, project.Forgotten, Failures);
        _fields = new FieldCheck(project.UserFields, createNewFields);
    }

    public Failures Failures { get; } = new();

    public int Succeeded { get; private set; }

    public IEnumerable<string> CreatedFields => _fields.Created;

    public IReadOnlySet<string> FilteredOutFields => _fields.FilteredOut;

    /// <summary>Before any member is written: one wrong type refuses them all. Null when the types fit.</summary>
    public ApiAnswer? CheckFields(Span<MemberInput> members)
    {
        foreach (ref var member in members) member.HasInvalidData = !_fields.Read(member.DataFields.Span);
        if (_fields.Mismatches.Count == 0) return null;
        _fields.Undo();
        return Refusals.FieldTypes(_fields.Mismatches, "user");
    }

    /// <summary>Null when the member failed.</summary>
    public Person? Write(in MemberInput member, bool existingOnly, out bool changed)
    {
        changed = false;
        if (!_gate.LetsThrough(member)) return null;
        var changesBefore = _rules.Changes;
        var resolution = _rules.ForWrite(member, existingOnly);
        if (resolution.Person is not { } person)
        {
            _gate.Fail(member, resolution);
            return null;
        }
        changed = SetFields(person, member) || _rules.Changes != changesBefore;
        Succeeded++;
        return person;
    }

    /// <summary>Null when the member failed.</summary>
    public Person? Remove(in MemberInput member)
    {
        if (!_gate.LetsThrough(member)) return null;
        var person = _rules.ForRemoval(member);
        if (!person.Known && _project.Settings.NotFoundOnUnsubscribe)
        {
            _gate.FailByName(member, FailureReason.NotFound);
            return null;
        }
        Succeeded++;
        return person;
    }

    private bool SetFields(Person person, in MemberInput member)
    {
        var sent = DataFields.Without(member.DataFields, _fields.FilteredOut);
        if (sent.IsEmpty) return false;
        var before = person.DataFields;
        if (before is not null && before.AsSpan().SequenceEqual(sent.Span)) return false;
        person.DataFields = DataFields.Merge(before, sent, member.MergeNestedObjects);
        if (ReferenceEquals(before, person.DataFields)) return false;
        _project.People.Touch(person);
        return true;
    }
}
