using System.Threading.Channels;
using Iterable.Client;
using IterableForwarder.Changes;
using IterableForwarder.Delivery.Answers;
using IterableForwarder.Delivery.Calls;
using IterableForwarder.Delivery.Lists;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Planning;
using IterableForwarder.Telemetry;

namespace IterableForwarder.Delivery.Dispatch;

/// <summary>
/// The one dispatcher of an Iterable project: it alone plans and sends for it, so order and budget need no agreement. One loop owns all
/// state: it takes the messages of its mailbox one after the other, lets each queue decide its next step, and starts effects (loads,
/// calls, list creations, settlements) that run beside it and post their results as messages.
/// </summary>
internal sealed class ProjectDispatcher : IDisposable
{
    /// <summary>How long settlements may still take when the service stops: a commit takes milliseconds, and a store that fails would fail on.</summary>
    private static readonly TimeSpan SettleGrace = TimeSpan.FromSeconds(1);

    /// <summary>How soon to read again what the store could not give.</summary>
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Changes taken up after which the loop goes to the end of the line: they take some milliseconds, and the sources are answered by the
    /// same few workers.
    /// </summary>
    private const int ChangesBetweenYields = 5000;

    private readonly ProjectId _projectId;
    private readonly DeliveryTools _tools;
    private readonly Channel<DispatchMessage> _mailbox = Channel.CreateUnbounded<DispatchMessage>(new() { SingleReader = true });
    private readonly Dictionary<ConnectionId, ConnectionDelivery> _connections = [];

    /// <summary>Whose turn it is, for each class of endpoint: what waits for one budget must not keep another's from being used.</summary>
    private readonly Dictionary<EndpointClass, Queue<DeliveryQueue>> _turns = Enum.GetValues<EndpointClass>().ToDictionary(c => c, _ => new Queue<DeliveryQueue>());

    /// <summary>Connections that an operation has, or wants, to itself.</summary>
    private readonly HashSet<ConnectionDelivery> _frozen = [];

    private readonly Dictionary<(ConnectionId Connection, long? List), LearnedLimits> _learned = [];
    private readonly HashSet<Task> _calls = [];
    private readonly HashSet<Task> _others = [];
    private readonly CancellationTokenSource _abandon = new();
    private readonly Settler _settler;
    private readonly QueueLoader _loader;
    private readonly CallSender _sender;
    private readonly AnswerHandler _answers;
    private readonly ConnectionHolds _holds;
    private readonly ProjectHold _projectHold;
    private readonly ListCreation _lists;
    private Task? _nextMessage;
    private string? _apiKey;

    public ProjectDispatcher(ProjectId projectId, DeliveryTools tools)
    {
        (_projectId, _tools) = (projectId, tools);
        _settler = new Settler(tools.Journal, tools.Time, tools.Log);
        _loader = new QueueLoader(tools);
        _sender = new CallSender(tools);
        _holds = new ConnectionHolds(tools);
        _projectHold = new ProjectHold(projectId, tools);
        _lists = new ListCreation(tools, _projectHold, _holds);
        _answers = new AnswerHandler(tools, _projectHold, _holds, Settle);
    }

    /// <summary>Tells it something. Returns at once.</summary>
    public void Post(DispatchMessage message) => _mailbox.Writer.TryWrite(message);

    /// <summary>
    /// Runs until stopped; then gives calls in flight a little time, and writes down all that is known. When it fails, they have
    /// all the time they need until the service stops: nobody may send for the project while one of them may still land.
    /// </summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        var settling = _settler.RunAsync(_abandon.Token);
        _ = settling.ContinueWith(
            t => Post(new DispatchMessage.Failed(t.Exception!.InnerException!)),
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                await TakeMessagesAsync();
                await WaitForMessageAsync(await DispatchAsync(), stopping);
            }
        }
        finally
        {
            await FinishAsync(settling, stopping);
        }
    }

    public void Dispose()
    {
        foreach (var queue in _connections.Values.SelectMany(c => c.Queues)) queue.Forget();
        while (_mailbox.Reader.TryRead(out var message))
        {
            if (message is DispatchMessage.Loaded { Slice: { } slice }) Discard(slice);
            if (message is DispatchMessage.OperationAsked { Operation: { } operation }) operation.Abandon(Restarting());
        }
        foreach (var operation in _connections.Values.SelectMany(c => c.Operations)) operation.Abandon(Restarting());
        _tools.Waits.Forget(_connections.Keys);
        _abandon.Dispose();
    }

    private static StorageUnavailableException Restarting() => new("Delivery of the project is stopping or restarting. Try again in some seconds.");

    private async Task TakeMessagesAsync()
    {
        while (_mailbox.Reader.TryRead(out var message)) await TakeAsync(message);
    }

    private async Task WaitForMessageAsync(TimeSpan? wait, CancellationToken stopping)
    {
        // waited for until it comes, however often the time is up before: to give up the wait would throw each time
        _nextMessage ??= _mailbox.Reader.WaitToReadAsync(CancellationToken.None).AsTask();
        await _nextMessage.WaitAsync(wait ?? Timeout.InfiniteTimeSpan, _tools.Time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_nextMessage.IsCompleted) _nextMessage = null;
    }

    private ValueTask TakeAsync(DispatchMessage message)
    {
        switch (message)
        {
            case DispatchMessage.Accepted accepted:
                Announce(accepted.Batch);
                return ValueTask.CompletedTask;
            case DispatchMessage.BacklogFound found:
                FindLists(found.Connection);
                return ValueTask.CompletedTask;
            case DispatchMessage.ListsFound found:
                AddQueues(found);
                return ValueTask.CompletedTask;
            case DispatchMessage.SettingsChanged:
                NoteKey();
                return ValueTask.CompletedTask;
            case DispatchMessage.Resumed resumed:
                EndWaits(resumed.Connections);
                return ValueTask.CompletedTask;
            case DispatchMessage.Loaded loaded:
                return TakeUpAsync(loaded);
            case DispatchMessage.CallEnded ended:
                return HandleAsync(ended);
            case DispatchMessage.ListResolved resolved:
                return HandleAsync(resolved);
            case DispatchMessage.Written written:
                Complete(written);
                return ValueTask.CompletedTask;
            case DispatchMessage.OperationAsked asked:
                Freeze(asked.Connection, asked.Operation);
                return ValueTask.CompletedTask;
            case DispatchMessage.OperationEnded ended:
                EndOperation(ended.Connection);
                return ValueTask.CompletedTask;
            case DispatchMessage.Failed failed:
                throw new InvalidOperationException("Settling failed.", failed.Exception);
            default:
                throw new ArgumentOutOfRangeException(nameof(message), message, "Unknown message");
        }
    }

    private async Task FinishAsync(Task settling, CancellationToken stopping)
    {
        var effects = Task.WhenAll([.. _calls, .. _others]);
        try
        {
            await GraceAsync(effects, _tools.Options.StopGrace, stopping);
            await TakeMessagesAsync();
            _settler.Complete();
            await GraceAsync(settling, SettleGrace, stopping);
        }
        finally
        {
            // what is cut off now is sent again by the next dispatcher
            await _abandon.CancelAsync();
            await Task.WhenAll(effects, settling).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task GraceAsync(Task work, TimeSpan grace, CancellationToken stopping)
    {
        await work.WaitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await work.WaitAsync(grace, _tools.Time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // --- queues

    private ConnectionDelivery DeliveryOf(ConnectionId id)
    {
        if (_connections.TryGetValue(id, out var delivery)) return delivery;
        var kind = _tools.Directory.TryGet(id, out var known) ? known.Kind : ChangeKind.Membership;
        return _connections[id] = new ConnectionDelivery(id, kind);
    }

    private DeliveryQueue QueueOf(ConnectionDelivery delivery, long? listId)
    {
        if (delivery.Find(listId) is { } queue) return queue;
        var learned = _learned.GetValueOrDefault((delivery.Id, listId)) ?? new LearnedLimits(CallKinds.Of(delivery.Kind).Limits);
        queue = new DeliveryQueue(delivery.Id, listId, delivery.Kind, learned, _tools);
        delivery.Add(queue);
        _turns[queue.Class].Enqueue(queue);
        return queue;
    }

    /// <summary>Where what a rule accepts goes; null where that is not known yet, and for streams.</summary>
    private long? ListOf(ConnectionId id, EntryRule rule)
    {
        if (rule.ListId is { } list) return list;
        return rule.ListName is not null && _tools.Directory.TryGet(id, out var connection) ? connection.FoundListId ?? connection.ListId : null;
    }

    private void Announce(AcceptedBatch batch) => QueueOf(DeliveryOf(batch.Connection), ListOf(batch.Connection, batch.Rule)).Accepted(batch.Changes);

    private void AddQueues(DispatchMessage.ListsFound found)
    {
        if (found.Lists is null)
        {
            Start(_others, async () =>
            {
                await _tools.Clock.DelayAsync(ReadAgainAfter, _abandon.Token);
                return new DispatchMessage.BacklogFound(found.Connection);
            });
            return;
        }
        var delivery = DeliveryOf(found.Connection);
        foreach (var list in found.Lists)
        {
            var owed = list.IsNamed && _tools.Directory.TryGet(found.Connection, out var connection) ? connection.FoundListId ?? connection.ListId : list.ListId;
            QueueOf(delivery, owed).FindBacklog();
        }
        RemoveIfEmpty(delivery);
    }

    private void Retire(DeliveryQueue queue)
    {
        if (queue.Learned.IsEmpty) _learned.Remove((queue.Connection, queue.ListId));
        else _learned[(queue.Connection, queue.ListId)] = queue.Learned;
        queue.Forget();
        var delivery = _connections[queue.Connection];
        delivery.Remove(queue);
        _tools.Waits.Clear(queue.Connection, queue.ListId);
        RemoveIfEmpty(delivery);
    }

    private void RemoveIfEmpty(ConnectionDelivery delivery)
    {
        if (delivery is { Queues.Count: 0, IsFrozen: false }) _connections.Remove(delivery.Id);
    }

    /// <summary>A new key is a new chance for all that waited because of the one before.</summary>
    private void NoteKey()
    {
        if (!_tools.Directory.TryGet(_projectId, out var project)) return;
        if (_apiKey is not null && _apiKey != project.ApiKey) EndWaits(null);
        _apiKey = project.ApiKey;
    }

    private void EndWaits(IReadOnlyCollection<ConnectionId>? connections)
    {
        if (!_tools.Directory.TryGet(_projectId, out var project)) return;
        var budget = _tools.Budgets.For(project);
        if (connections is null)
        {
            budget.EndAskedWaits();
            _projectHold.EndWait();
        }
        foreach (var delivery in connections is null ? _connections.Values : connections.Select(c => _connections.GetValueOrDefault(c)).OfType<ConnectionDelivery>())
        {
            foreach (var queue in delivery.Queues)
            {
                queue.EndWaits();
                budget.Of(queue.Class).EndAskedWait();
            }
        }
    }

    // --- dispatch

    /// <summary>Starts all that may go now, the queues taking turns. Returns how long until the next may, or null when only a message can help.</summary>
    private async Task<TimeSpan?> DispatchAsync()
    {
        if (!_tools.Directory.TryGet(_projectId, out var project)) return null;
        _apiKey ??= project.ApiKey;
        StartOperations();
        TimeSpan? next = null;
        foreach (var (endpointClass, turns) in _turns)
        {
            if (turns.Count > 0 && await DispatchAsync(project, endpointClass, turns) is { } wait && !(next <= wait)) next = wait;
        }
        return next;
    }

    private async Task<TimeSpan?> DispatchAsync(Project project, EndpointClass endpointClass, Queue<DeliveryQueue> turns)
    {
        var now = _tools.Clock.Now;
        if (!_projectHold.MaySend(project, endpointClass, now, out var wait))
        {
            WaitForProject(turns, wait);
            return wait;
        }

        DateTimeOffset? next = null;
        for (var untouched = turns.Count; untouched > 0; untouched--)
        {
            var queue = turns.Peek();
            if (queue.IsRetired)
            {
                turns.Dequeue();
                continue;
            }
            queue.IsProjectHeld = _projectHold.IsHeld(project, endpointClass);
            var step = await DecideAsync(queue, now);
            switch (step.Kind)
            {
                case StepKind.ResolveList:
                    Resolve(queue, project);
                    if (_projectHold.IsHeld(project, endpointClass)) return null;
                    break;
                case StepKind.Send:
                    if (!_tools.Budgets.For(project).Of(endpointClass).TryReserve(out var budgetWait)) return budgetWait;
                    await SendAsync(queue, project, now);
                    if (_projectHold.IsHeld(project, endpointClass)) return null;
                    untouched = turns.Count + 1;
                    break;
                case StepKind.Load:
                    Load(queue);
                    break;
                case StepKind.Wait when step.At is { } at && !(next <= at):
                    next = at;
                    break;
            }
            EndTurn(turns, step, now);
        }
        return next is not { } due ? null : due > now ? due - now : TimeSpan.Zero;
    }

    /// <summary>What waits for an operator takes no room from what flows.</summary>
    private void WaitForProject(Queue<DeliveryQueue> turns, TimeSpan? wait)
    {
        foreach (var held in turns.Where(q => !q.IsRetired))
        {
            held.FallBehind();
            if (held is { InFlight: 0, Loaded: > 0 }) held.Unload();
            _tools.Waits.Set(held.Connection, held.ListId, new(WaitReason.ProjectHold, wait is { } time ? _tools.Time.GetUtcNow() + time : null));
        }
    }

    /// <summary>One with nothing to do leaves until something is accepted for it.</summary>
    private void EndTurn(Queue<DeliveryQueue> turns, NextStep step, DateTimeOffset now)
    {
        var queue = turns.Dequeue();
        if (queue.IsRetired) return;
        if (step.Kind == StepKind.Leave || queue.IsIdle(now)) Retire(queue);
        else turns.Enqueue(queue);
    }

    private async ValueTask<NextStep> DecideAsync(DeliveryQueue queue, DateTimeOffset now)
    {
        if (!_tools.Directory.TryGet(queue.Connection, out var connection)) return NextStep.Decide(new() { IsGone = true }, now);
        if (await FollowNameAsync(queue, connection)) return new(StepKind.Wait, queue.IsRetired ? now : null);
        var hold = connection.HoldFor(queue.ListId);
        queue.IsHeld = hold is not null;
        if (hold?.Stop.Reason == Stop.RequestRefused) queue.Search ??= new();
        else EndSearch(queue);
        // with nothing pending any more there is nothing to hold
        if (hold is { BatchId: null } && hold.ListId == queue.ListId && queue.IsIdle(now)) await _holds.EndAsync(queue);
        if (queue.IsStuck || connection.Pause is not null || NeedsList(queue, connection)) queue.FallBehind();
        var state = queue.StateAt(now, HasRoom(queue)) with
        {
            IsFrozen = _connections[queue.Connection].IsFrozen,
            IsPaused = connection.Pause is not null,
            NeedsList = NeedsList(queue, connection),
        };
        var step = NextStep.Decide(state, now);
        if (step.Kind == StepKind.Unload)
        {
            queue.Unload();
            step = NextStep.Decide(queue.StateAt(now, HasRoom(queue)) with { IsFrozen = state.IsFrozen, IsPaused = state.IsPaused, NeedsList = state.NeedsList }, now);
        }
        Show(queue, step);
        return step;
    }

    /// <summary>What was accepted while only the name of its list was known goes to the list that the connection has by now.</summary>
    private async ValueTask<bool> FollowNameAsync(DeliveryQueue queue, Connection connection)
    {
        if (queue.Kind != ChangeKind.Membership || queue.ListId is not null || connection.OwesList || queue.InFlight > 0) return false;
        if ((connection.FoundListId ?? connection.ListId) is not { } list)
        {
            // its source has taken the name back before there was a list: only an operator can say where the changes go
            await _holds.HoldAsync(queue, Stop.ListNotFound, null, "The connection has neither a list nor the name of one. Give it a list.");
            return false;
        }
        var target = QueueOf(_connections[queue.Connection], list);
        // earlier entries than what is loaded: all of it is read again, in order
        if (target.InFlight > 0) return true;
        target.Unload();
        await _holds.EndAsync(queue);
        Retire(queue);
        return true;
    }

    private static bool NeedsList(DeliveryQueue queue, Connection connection) =>
        queue.IsListGone || (queue is { Kind: ChangeKind.Membership, ListId: null } && connection.OwesList);

    private void Show(DeliveryQueue queue, NextStep step)
    {
        var reason = step.Kind == StepKind.ResolveList ? WaitReason.ListCreation : step.Reason;
        if (reason is WaitReason.Queue or WaitReason.Pause) _tools.Waits.Clear(queue.Connection, queue.ListId);
        else _tools.Waits.Set(queue.Connection, queue.ListId, new(reason, step.At is { } at ? _tools.Clock.ToWallClock(at) : null));
    }

    /// <summary>Calls that hang may use up a connection's own room, never that of the others: half of what they leave is always theirs.</summary>
    private bool HasRoom(DeliveryQueue queue) => queue.Calls == 0 || queue.Calls < (_tools.Options.MaxCallsInFlight - _calls.Count + queue.Calls) / 2;

    /// <summary>Whoever was set aside while the queue was held waits for a call like all others.</summary>
    private static void EndSearch(DeliveryQueue queue)
    {
        if (queue.Search is not { } search) return;
        queue.Search = null;
        foreach (var node in search.TakeAccused().SelectMany(c => c.Nodes)) queue.Planner.Release(node);
    }

    // --- effects, and what follows from them

    /// <summary>Starts work beside the loop; its result comes back as a message.</summary>
    private void Start(HashSet<Task> kept, Func<Task<DispatchMessage?>> effect)
    {
        // it outlives whatever happened to bring it about
        var running = Task.Run(effect);
        kept.Add(running);
        _ = running.ContinueWith(
            done =>
            {
                if (done.IsCompletedSuccessfully && done.Result is { } message) Post(message);
                else if (done.IsFaulted) Post(new DispatchMessage.Failed(done.Exception!.InnerException!));
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        if (kept.Count > 1000) kept.RemoveWhere(t => t.IsCompleted);
    }

    private void FindLists(ConnectionId connection) => Start(_others, async () =>
    {
        try
        {
            return new DispatchMessage.ListsFound(connection, await _tools.Journal.ReadPendingListsAsync(connection, CancellationToken.None));
        }
        catch (Exception e)
        {
            DeliveryLog.BacklogUnreadable(_tools.Log, e);
            return new DispatchMessage.ListsFound(connection, null);
        }
    });

    private void Load(DeliveryQueue queue)
    {
        if (queue.NextSlice is not { } limit || !_tools.Directory.TryGet(queue.Connection, out var connection)) return;
        queue.InFlight++;
        queue.IsLoading = true;
        var (announced, after, list) = (queue.Announced, queue.LoadedUpTo, queue.OwedOf(connection));
        Start(_others, async () =>
        {
            try
            {
                return new DispatchMessage.Loaded(queue, announced, await _loader.LoadAsync(queue.Connection, list, after, limit));
            }
            catch (Exception e)
            {
                DeliveryLog.BacklogUnreadable(_tools.Log, e);
                return new DispatchMessage.Loaded(queue, announced, null);
            }
        });
    }

    private async ValueTask TakeUpAsync(DispatchMessage.Loaded loaded)
    {
        var queue = loaded.Queue;
        queue.InFlight--;
        queue.IsLoading = false;
        if (queue.IsRetired)
        {
            if (loaded.Slice is not null) Discard(loaded.Slice);
            return;
        }
        if (loaded.Slice is not { } slice)
        {
            queue.Fail(_tools.Clock.Now, ReadAgainAfter);
            return;
        }
        var settled = new SettlementBuilder();
        var failure = slice.Failure;
        var untilYield = ChangesBetweenYields;
        foreach (var entry in slice.Entries)
        {
            if (failure is not null && failure != slice.Failure)
            {
                _tools.Memory.GiveBack(entry.Cost);
                continue;
            }
            try
            {
                queue.Take(entry);
            }
            catch (Exception e)
            {
                failure = new EntryFailedException(entry.Planned.BatchId, entry.Planned.Seq, e);
                continue;
            }
            if ((untilYield -= entry.Planned.Count) <= 0)
            {
                untilYield = ChangesBetweenYields;
                await Task.Yield();
            }
            foreach (var position in entry.Late)
            {
                if (entry.Planned.Outcomes[position] == (byte)Outcome.Pending) settled.Supersede(entry.Planned, position);
            }
        }
        queue.HaveRead(slice.IsLimited || failure is not null, loaded.AnnouncedBefore);
        if (settled.Changes > 0) Settle(queue, settled, []);
        if (failure is not null) await _holds.HoldForAsync(queue, failure);
    }

    private void Discard(LoadedSlice slice)
    {
        foreach (var entry in slice.Entries) _tools.Memory.GiveBack(entry.Cost);
    }

    private async ValueTask SendAsync(DeliveryQueue queue, Project project, DateTimeOffset now)
    {
        if (!_tools.Directory.TryGet(queue.Connection, out var connection)) return;
        OutgoingCall call;
        try
        {
            var taken = queue.TakeCall(now);
            call = new(project, connection, queue, taken.Call, taken.Part, taken.WasAccused);
        }
        catch (Exception e)
        {
            // the budget outlives this dispatcher
            _tools.Budgets.For(project).Of(queue.Class).Cancel();
            await _holds.HoldForAsync(queue, queue.FailureOf(e));
            return;
        }
        queue.InFlight++;
        queue.Calls++;
        _projectHold.Sent(project, queue.Class);
        Start(_calls, async () =>
        {
            try
            {
                return new DispatchMessage.CallEnded(call, await _sender.SendAsync(call, _abandon.Token), null);
            }
            catch (EntryFailedException e)
            {
                return new DispatchMessage.CallEnded(call, null, e);
            }
        });
    }

    private async ValueTask HandleAsync(DispatchMessage.CallEnded ended)
    {
        _calls.RemoveWhere(t => t.IsCompleted);
        var queue = ended.Call.Queue;
        try
        {
            if (ended.Failure is { } failure)
            {
                _projectHold.LearnedNothing(queue.Class);
                _answers.Release(ended.Call);
                await _holds.HoldForAsync(queue, failure);
            }
            else if (ended.Sent is { } sent)
            {
                await _answers.HandleAsync(ended.Call, sent);
            }
        }
        catch (Exception e) when (e is not StorageUnavailableException)
        {
            await _holds.HoldForAsync(queue, ended.Call.Call.Nodes[0].FailedBy(e));
        }
        finally
        {
            queue.InFlight--;
            queue.Calls--;
        }
    }

    private void Resolve(DeliveryQueue queue, Project project)
    {
        if (!_tools.Directory.TryGet(queue.Connection, out var connection)) return;
        queue.InFlight++;
        _projectHold.Sent(project, queue.Class);
        var startedAt = _tools.Clock.Now;
        Start(_others, async () => new DispatchMessage.ListResolved(queue, project, startedAt, await _lists.ResolveAsync(project, connection, _abandon.Token)));
    }

    private async ValueTask HandleAsync(DispatchMessage.ListResolved resolved)
    {
        var queue = resolved.Queue;
        queue.InFlight--;
        if (resolved.List is not { } list) return;
        if (await _lists.HandleAsync(queue, resolved.Project, list, resolved.StartedAt) is { } move) Freeze(queue.Connection, move);
    }

    /// <summary>Has it written down; only then do those that waited for these members go.</summary>
    private void Settle(DeliveryQueue queue, SettlementBuilder settled, IReadOnlyList<MemberNode> nodes)
    {
        queue.InFlight++;
        var changes = settled.Changes;
        _settler.Enqueue(new(settled.Build(_projectId, queue.Connection), () => Post(new DispatchMessage.Written(queue, changes, nodes))));
    }

    private void Complete(DispatchMessage.Written written)
    {
        written.Queue.InFlight--;
        written.Queue.Settled(written.Changes);
        foreach (var node in written.Nodes) written.Queue.Planner.Complete(node);
        _tools.Statistics.Settled(written.Queue.Connection, written.Changes);
    }

    // --- operations

    private void Freeze(ConnectionId id, PendingOperation operation)
    {
        var delivery = DeliveryOf(id);
        delivery.Operations.Enqueue(operation);
        _frozen.Add(delivery);
    }

    /// <summary>An operation begins once nothing of its connection is in flight, and with nothing of it in memory.</summary>
    private void StartOperations()
    {
        foreach (var delivery in _frozen)
        {
            if (delivery.IsOperating || delivery.Queues.Any(q => q.InFlight > 0)) continue;
            foreach (var queue in delivery.Queues) queue.Unload();
            delivery.IsOperating = true;
            var operation = delivery.Operations.Peek();
            Start(_others, async () =>
            {
                await operation.RunAsync(_abandon.Token);
                return new DispatchMessage.OperationEnded(delivery.Id);
            });
        }
    }

    private void EndOperation(ConnectionId id)
    {
        var delivery = _connections[id];
        delivery.IsOperating = false;
        delivery.Operations.Dequeue();
        if (!delivery.IsFrozen) _frozen.Remove(delivery);
        // what is pending may be owed to other lists now
        FindLists(id);
    }
}
