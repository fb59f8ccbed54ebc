namespace IterableForwarder.Delivery.Dispatch;

/// <summary>Work beside a dispatcher's loop. Its results come back as messages. Started by the loop only.</summary>
/// <param name="post">Puts a message into the mailbox.</param>
internal sealed class DispatchEffects(Action<DispatchMessage> post)
{
    /// <summary>Work that is done is looked for once so much has been started.</summary>
    private const int MaxKept = 1000;

    private readonly HashSet<Task> _calls = [];
    private readonly HashSet<Task> _others = [];

    /// <summary>Calls in flight.</summary>
    public int Calls
    {
        get
        {
            _calls.RemoveWhere(task => task.IsCompleted);
            return _calls.Count;
        }
    }

    /// <summary>Ends once all of it is done.</summary>
    public Task WhenAll() => Task.WhenAll([.. _calls, .. _others]);

    /// <summary>Starts a call to Iterable.</summary>
    public void StartCall(Func<Task<DispatchMessage>> call) => _calls.Add(RunAsync(call));

    /// <summary>Starts anything else.</summary>
    public void Start(Func<Task<DispatchMessage>> work)
    {
        if (_others.Count > MaxKept) _others.RemoveWhere(task => task.IsCompleted);
        _others.Add(RunAsync(work));
    }

    /// <summary>The task that is kept has no result: that of a load is a slice of a backlog, which would stay in memory with it.</summary>
    private async Task RunAsync(Func<Task<DispatchMessage>> work)
    {
        DispatchMessage result;
        try
        {
            result = await Task.Run(work);
        }
        catch (Exception e)
        {
            result = new DispatchMessage.Failed(e);
        }
        post(result);
    }
}
