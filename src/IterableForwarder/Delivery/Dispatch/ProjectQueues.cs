using Iterable.Client;
using IterableForwarder.Changes;
using IterableForwarder.Delivery.Calls;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;

namespace IterableForwarder.Delivery.Dispatch;

/// <summary>The queues of a project: by connection and list, and in the order of their turns. Touched by its dispatcher's loop only.</summary>
internal sealed class ProjectQueues(DeliveryTools tools)
{
    private readonly Dictionary<FeedId, ConnectionDelivery> _connections = [];

    /// <summary>Whose turn it is, for each class of endpoint: what waits for one budget must not keep another's from being used.</summary>
    private readonly Dictionary<EndpointClass, Queue<DeliveryQueue>> _turns = Enum.GetValues<EndpointClass>().ToDictionary(c => c, _ => new Queue<DeliveryQueue>());

    private readonly HashSet<ConnectionDelivery> _frozen = [];
    private readonly Dictionary<(FeedId Connection, long? List), LearnedLimits> _learned = [];

    public IReadOnlyCollection<ConnectionDelivery> Connections => _connections.Values;

    public IReadOnlyDictionary<EndpointClass, Queue<DeliveryQueue>> Turns => _turns;

    /// <summary>Connections that an operation has, or wants, to itself.</summary>
    public IReadOnlyCollection<ConnectionDelivery> Frozen => _frozen;

    public ConnectionDelivery? Find(FeedId id) => _connections.GetValueOrDefault(id);

    public ConnectionDelivery DeliveryOf(FeedId id)
    {
        if (_connections.TryGetValue(id, out var delivery)) return delivery;
        var kind = tools.Directory.TryGet(id, out var known) ? known.Kind : ChangeKind.Membership;
        return _connections[id] = new ConnectionDelivery(id, kind);
    }

    public DeliveryQueue QueueOf(FeedId id, long? listId)
    {
        var delivery = DeliveryOf(id);
        if (delivery.Find(listId) is { } queue) return queue;
        var learned = _learned.GetValueOrDefault((id, listId)) ?? new LearnedLimits(CallKinds.Of(delivery.Kind).Limits);
        queue = new DeliveryQueue(id, listId, delivery.Kind, learned, tools);
        delivery.Add(queue);
        _turns[queue.Class].Enqueue(queue);
        return queue;
    }

    /// <summary>Something was accepted.</summary>
    public void Announce(AcceptedBatch batch)
    {
        // dropped as a whole for want of a list: there is nothing to deliver, and nothing to hold
        if (batch.Rule.HasNoList) return;
        var list = batch.Rule.ListId ?? (batch.Rule.ListName is null ? null : ListOfName(batch.Connection));
        QueueOf(batch.Connection, list).Accepted(batch.Changes);
    }

    /// <summary>Something is pending from before.</summary>
    public void FindBacklog(FeedId id, IReadOnlyList<PendingOfList> lists)
    {
        var delivery = DeliveryOf(id);
        foreach (var list in lists) QueueOf(id, list.IsNamed ? ListOfName(id) : list.ListId).FindBacklog();
        RemoveIfEmpty(delivery);
    }

    /// <summary>The queue has nothing to do any more. What it has learned stays.</summary>
    public void Retire(DeliveryQueue queue)
    {
        if (queue.Learned.IsEmpty) _learned.Remove((queue.Connection, queue.ListId));
        else _learned[(queue.Connection, queue.ListId)] = queue.Learned;
        queue.Forget();
        var delivery = _connections[queue.Connection];
        delivery.Remove(queue);
        tools.Waits.Clear(queue.Connection, queue.ListId);
        RemoveIfEmpty(delivery);
    }

    /// <summary>Nothing of the connection is sent until the operation is done.</summary>
    public void Freeze(FeedId id, PendingOperation operation)
    {
        var delivery = DeliveryOf(id);
        delivery.Operations.Enqueue(operation);
        _frozen.Add(delivery);
    }

    /// <summary>Its first operation is done.</summary>
    public void EndOperation(FeedId id)
    {
        var delivery = _connections[id];
        delivery.IsOperating = false;
        delivery.Operations.Dequeue();
        if (!delivery.IsFrozen) _frozen.Remove(delivery);
    }

    /// <summary>Gives all memory back; for a dispatcher that ends.</summary>
    public void Forget(Exception reason)
    {
        foreach (var queue in _connections.Values.SelectMany(c => c.Queues)) queue.Forget();
        foreach (var operation in _connections.Values.SelectMany(c => c.Operations)) operation.Abandon(reason);
        tools.Waits.Forget(_connections.Keys);
    }

    /// <summary>Null where the list of the connection's name is not known yet.</summary>
    private long? ListOfName(FeedId id) => tools.Directory.TryGet(id, out var connection) ? connection.ListOfName : null;

    private void RemoveIfEmpty(ConnectionDelivery delivery)
    {
        if (delivery is { Queues.Count: 0, IsFrozen: false }) _connections.Remove(delivery.Id);
    }
}
