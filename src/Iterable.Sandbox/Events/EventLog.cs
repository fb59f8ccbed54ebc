using System.Text;
using Iterable.Sandbox.State;

namespace Iterable.Sandbox.Events;

/// <summary>The events of one project by id, the oldest forgotten first. Guarded by the project's lock.</summary>
internal sealed class EventLog(int kept)
{
    private readonly Dictionary<string, LinkedListNode<SandboxEvent>> _byId = [];
    private readonly LinkedList<SandboxEvent> _events = new();
    private long _made;

    /// <summary>Every event accepted, repeats included.</summary>
    public long Received { get; private set; }

    /// <summary>In the order in which their ids came first.</summary>
    public IEnumerable<SandboxEvent> Events => _events;

    public string NewId() => $"sandbox-{++_made}";

    public void Upsert(SandboxEvent sent)
    {
        Received++;
        if (_byId.TryGetValue(sent.Id, out var known))
        {
            known.Value = sent with { TimesReceived = known.Value.TimesReceived + 1 };
            return;
        }
        _byId.Add(sent.Id, _events.AddLast(sent));
        if (_events.Count > kept) Remove(_events.First!);
    }

    /// <summary>The events about a person, whichever identifier they were sent with.</summary>
    public IEnumerable<SandboxEvent> Of(Person person)
    {
        var (email, userId) = (TextOf(person.Email), TextOf(person.UserId));
        return _events.Where(each => IsAbout(each, email, userId));
    }

    public void Remove(Person person)
    {
        foreach (var each in Of(person).ToArray()) Remove(_byId[each.Id]);
    }

    /// <summary>The events about the source become events about the destination.</summary>
    public void Move(Person source, Person destination)
    {
        var email = TextOf(destination.Email);
        var userId = email is null ? TextOf(destination.UserId) : null;
        foreach (var each in Of(source).ToArray()) _byId[each.Id].Value = each with { Email = email, UserId = userId };
    }

    private void Remove(LinkedListNode<SandboxEvent> node)
    {
        _byId.Remove(node.Value.Id);
        _events.Remove(node);
    }

    private static bool IsAbout(SandboxEvent each, string? email, string? userId) =>
        (each.Email is not null && each.Email == email) || (each.UserId is not null && each.UserId == userId);

    private static string? TextOf(byte[]? text) => text is null ? null : Encoding.UTF8.GetString(text);
}
