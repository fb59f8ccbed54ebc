using IterableForwarder.Changes;

namespace IterableForwarder.Delivery.Dispatch;

/// <summary>What a dispatcher knows of one feed: a queue for each list that it owes changes to.</summary>
internal sealed class FeedDelivery(FeedId id, ChangeKind kind)
{
    /// <summary>Stands for no list, which a dictionary cannot have as a key; Iterable's ids begin at 1.</summary>
    private const long NoList = 0;

    private readonly Dictionary<long, DeliveryQueue> _queues = [];

    public FeedId Id => id;

    public ChangeKind Kind => kind;

    public IReadOnlyCollection<DeliveryQueue> Queues => _queues.Values;

    /// <summary>What wants the feed to itself, in turn; until the first is done nothing of the feed is sent.</summary>
    public Queue<PendingOperation> Operations { get; } = new();

    /// <summary>Whether the first of them runs.</summary>
    public bool IsOperating { get; set; }

    public bool IsFrozen => Operations.Count > 0;

    public DeliveryQueue? Find(long? listId) => _queues.GetValueOrDefault(listId ?? NoList);

    public void Add(DeliveryQueue queue) => _queues.Add(queue.ListId ?? NoList, queue);

    public void Remove(DeliveryQueue queue)
    {
        queue.IsRetired = true;
        _queues.Remove(queue.ListId ?? NoList);
    }
}

/// <summary>Work on a feed's pending changes while nothing of it is in flight.</summary>
/// <param name="run">The work; it returns how many changes it was about.</param>
internal sealed class PendingOperation(Func<CancellationToken, Task<long>> run)
{
    private readonly TaskCompletionSource<long> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends with the work.</summary>
    public Task<long> Done => _done.Task;

    /// <summary>Runs the work; its failure belongs to who asked for it.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            _done.TrySetResult(await run(cancellationToken));
        }
        catch (Exception e)
        {
            _done.TrySetException(e);
        }
    }

    /// <summary>The work does not run any more.</summary>
    public void Abandon(Exception reason) => _done.TrySetException(reason);
}
