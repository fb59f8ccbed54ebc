using Iterable.Client;
using IterableForwarder.Changes;
using IterableForwarder.Delivery.Calls;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;

namespace IterableForwarder.Delivery.Dispatch;

/// <summary>The queues of a project: by feed and list, and in the order of their turns. Touched by its dispatcher's loop only.</summary>
internal sealed class ProjectQueues(DeliveryTools tools)
{
    private readonly Dictionary<FeedId, FeedDelivery> _feeds = [];

    /// <summary>Whose turn it is, for each class of endpoint: what waits for one budget must not keep another's from being used.</summary>
    private readonly Dictionary<EndpointClass, Queue<DeliveryQueue>> _turns = Enum.GetValues<EndpointClass>().ToDictionary(c => c, _ => new Queue<DeliveryQueue>());

    private readonly HashSet<FeedDelivery> _frozen = [];
    private readonly Dictionary<(FeedId Feed, long? List), LearnedLimits> _learned = [];

    public IReadOnlyCollection<FeedDelivery> Feeds => _feeds.Values;

    public IReadOnlyDictionary<EndpointClass, Queue<DeliveryQueue>> Turns => _turns;

    /// <summary>Feeds that an operation has, or wants, to itself.</summary>
    public IReadOnlyCollection<FeedDelivery> Frozen => _frozen;

    public FeedDelivery? Find(FeedId id) => _feeds.GetValueOrDefault(id);

    public FeedDelivery DeliveryOf(FeedId id)
    {
        if (_feeds.TryGetValue(id, out var delivery)) return delivery;
        var kind = tools.Directory.TryGetFeed(id, out var known) ? known.Kind : ChangeKind.Membership;
        return _feeds[id] = new FeedDelivery(id, kind);
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
        var list = batch.Rule.ListId ?? (batch.Rule.ListName is null ? null : ListOfName(batch.Feed));
        QueueOf(batch.Feed, list).Accepted(batch.Changes);
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
        if (queue.Learned.IsEmpty) _learned.Remove((queue.Feed, queue.ListId));
        else _learned[(queue.Feed, queue.ListId)] = queue.Learned;
        queue.Forget();
        var delivery = _feeds[queue.Feed];
        delivery.Remove(queue);
        tools.Waits.Clear(queue.Feed, queue.ListId);
        RemoveIfEmpty(delivery);
    }

    /// <summary>Nothing of the feed is sent until the operation is done.</summary>
    public void Freeze(FeedId id, PendingOperation operation)
    {
        var delivery = DeliveryOf(id);
        delivery.Operations.Enqueue(operation);
        _frozen.Add(delivery);
    }

    /// <summary>Its first operation is done.</summary>
    public void EndOperation(FeedId id)
    {
        var delivery = _feeds[id];
        delivery.IsOperating = false;
        delivery.Operations.Dequeue();
        if (!delivery.IsFrozen) _frozen.Remove(delivery);
    }

    /// <summary>Gives all memory back; for a dispatcher that ends.</summary>
    public void Forget(Exception reason)
    {
        foreach (var queue in _feeds.Values.SelectMany(c => c.Queues)) queue.Forget();
        foreach (var operation in _feeds.Values.SelectMany(c => c.Operations)) operation.Abandon(reason);
        tools.Waits.Forget(_feeds.Keys);
    }

    /// <summary>Null where the list of a connection's name is not known yet.</summary>
    private long? ListOfName(FeedId id) => tools.Directory.TryGet(id, out var connection) ? connection.ListOfName : null;

    private void RemoveIfEmpty(FeedDelivery delivery)
    {
        if (delivery is { Queues.Count: 0, IsFrozen: false }) _feeds.Remove(delivery.Id);
    }
}
