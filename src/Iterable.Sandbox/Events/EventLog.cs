namespace Iterable.Sandbox.Events;

/// <summary>The events of one project by id, the oldest forgotten first. Guarded by the project's lock.</summary>
internal sealed class EventLog(int kept)
{
    private readonly Dictionary<string, SandboxEvent> _byId = [];
    private readonly Queue<string> _order = new();
    private long _made;

    /// <summary>Every event accepted, repeats included.</summary>
    public long Received { get; private set; }

    public IEnumerable<SandboxEvent> Events => _order.Select(id => _byId[id]);

    public string NewId() => $"sandbox-{++_made}";

    public void Upsert(SandboxEvent sent)
    {
        Received++;
        if (_byId.TryGetValue(sent.Id, out var known))
        {
            _byId[sent.Id] = sent with { TimesReceived = known.TimesReceived + 1 };
            return;
        }
        _byId[sent.Id] = sent;
        _order.Enqueue(sent.Id);
        if (_order.Count > kept) _byId.Remove(_order.Dequeue());
    }
}
