using System.Threading.Channels;
using Iterable.Client;
using IterableForwarder.Changes;
using IterableForwarder.Delivery.Pacing;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Planning;

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

    private readonly ProjectId _projectId;
    private readonly DeliveryTools _tools;
    private readonly Channel<DispatchMessage> _mailbox = Channel.CreateUnbounded<DispatchMessage>(new() { SingleReader = true });
    private readonly DispatchEffects _effects;
    private readonly CancellationTokenSource _abandon = new();
    private readonly ProjectQueues _queues;
    private readonly QueueSteps _steps;
    private readonly Settler _settler;
    private readonly QueueIntake _intake;
    private readonly CallSender _sender;
    private readonly AnswerHandler _answers;
    private readonly FeedHolds _holds;
    private readonly ProjectHold _projectHold;
    private readonly ListCreation _lists;
    private Task? _nextMessage;
    private string? _apiKey;

    public ProjectDispatcher(ProjectId projectId, DeliveryTools tools)
    {
        (_projectId, _tools) = (projectId, tools);
        _effects = new DispatchEffects(Post);
        _settler = new Settler(tools.Journal, tools.Time, tools.Log);
        _sender = new CallSender(tools);
        _holds = new FeedHolds(tools);
        _queues = new ProjectQueues(tools);
        _steps = new QueueSteps(_queues, _holds, tools);
        _projectHold = new ProjectHold(projectId, tools);
        _lists = new ListCreation(tools, _projectHold, _holds);
        _intake = new QueueIntake(tools, _effects, _holds, Settle, _abandon.Token);
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
        while (_mailbox.Reader.TryRead(out var message))
        {
            if (message is DispatchMessage.Loaded loaded) _intake.Discard(loaded.Slice);
            if (message is DispatchMessage.OperationAsked { Operation: { } operation }) operation.Abandon(Restarting());
        }
        _queues.Forget(Restarting());
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
        var step = wait is { } known ? MonotonicClock.Cut(known) : Timeout.InfiniteTimeSpan;
        await _nextMessage.WaitAsync(step, _tools.Time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_nextMessage.IsCompleted) _nextMessage = null;
    }

    private ValueTask TakeAsync(DispatchMessage message)
    {
        switch (message)
        {
            case DispatchMessage.Accepted accepted:
                _queues.Announce(accepted.Batch);
                return ValueTask.CompletedTask;
            case DispatchMessage.BacklogFound found:
                _intake.FindLists(found.Feed);
                return ValueTask.CompletedTask;
            case DispatchMessage.ListsFound found:
                if (found.Lists is { } lists) _queues.FindBacklog(found.Feed, lists);
                else _intake.FindListsLater(found.Feed);
                return ValueTask.CompletedTask;
            case DispatchMessage.SettingsChanged:
                NoteKey();
                return ValueTask.CompletedTask;
            case DispatchMessage.Resumed resumed:
                EndWaits(resumed.Feeds);
                return ValueTask.CompletedTask;
            case DispatchMessage.Loaded loaded:
                return _intake.TakeUpAsync(loaded);
            case DispatchMessage.CallEnded ended:
                return HandleAsync(ended);
            case DispatchMessage.ListResolved resolved:
                return HandleAsync(resolved);
            case DispatchMessage.Written written:
                Complete(written);
                return ValueTask.CompletedTask;
            case DispatchMessage.OperationAsked asked:
                _queues.Freeze(asked.Feed, asked.Operation);
                return ValueTask.CompletedTask;
            case DispatchMessage.OperationEnded ended:
                _queues.EndOperation(ended.Feed);
                // pending changes may go to other lists now
                _intake.FindLists(ended.Feed);
                return ValueTask.CompletedTask;
            case DispatchMessage.Failed failed:
                throw new InvalidOperationException("Work beside the loop failed.", failed.Exception);
            default:
                throw new ArgumentOutOfRangeException(nameof(message), message, "Unknown message");
        }
    }

    private async Task FinishAsync(Task settling, CancellationToken stopping)
    {
        var effects = _effects.WhenAll();
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

    /// <summary>A new key is a new chance for all that waited because of the one before.</summary>
    private void NoteKey()
    {
        if (!_tools.Directory.TryGet(_projectId, out var project)) return;
        if (_apiKey is not null && _apiKey != project.ApiKey) EndWaits(null);
        _apiKey = project.ApiKey;
    }

    private void EndWaits(IReadOnlyCollection<FeedId>? feeds)
    {
        if (!_tools.Directory.TryGet(_projectId, out var project)) return;
        var budget = _tools.Budgets.For(project);
        if (feeds is null)
        {
            budget.EndAskedWaits();
            _projectHold.EndWait();
        }
        foreach (var delivery in feeds is null ? _queues.Feeds : feeds.Select(_queues.Find).OfType<FeedDelivery>())
        {
            foreach (var queue in delivery.Queues)
            {
                queue.EndWaits();
                budget.Of(queue.Class).EndAskedWait();
            }
        }
    }

    /// <summary>Starts all that may go now, the queues taking turns. Returns how long until the next may, or null when only a message can help.</summary>
    private async Task<TimeSpan?> DispatchAsync()
    {
        if (!_tools.Directory.TryGet(_projectId, out var project)) return null;
        _apiKey ??= project.ApiKey;
        StartOperations();
        TimeSpan? next = null;
        foreach (var (endpointClass, turns) in _queues.Turns)
        {
            if (turns.Count > 0 && await DispatchAsync(project, endpointClass, turns) is { } wait && !(next <= wait)) next = wait;
        }
        return next;
    }

    private async Task<TimeSpan?> DispatchAsync(Project project, EndpointClass endpointClass, Queue<DeliveryQueue> turns)
    {
        // 1. A hold of the project for this class: nothing goes out, and the queues give their memory back.
        // 2. Each queue takes one step in turn, so that a backfill does not starve the others. A call that was sent starts another round.
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
            var step = await _steps.DecideAsync(queue, HasRoom(queue), now);
            switch (step.Kind)
            {
                case StepKind.ResolveList:
                    Resolve(queue, project);
                    if (_projectHold.IsHeld(project, endpointClass)) return null;
                    break;
                case StepKind.Send:
                    // reserved before the call is put together: members in a call that waits for the budget could not be superseded
                    if (!_tools.Budgets.For(project).Of(endpointClass).TryReserve(out var budgetWait)) return budgetWait;
                    await SendAsync(queue, project, now);
                    if (_projectHold.IsHeld(project, endpointClass)) return null;
                    untouched = turns.Count + 1;
                    break;
                case StepKind.Load:
                    _intake.Load(queue);
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
            _tools.Waits.Set(held.Feed, held.ListId, new(WaitReason.ProjectHold, wait is { } time ? _tools.Time.GetUtcNow() + time : null));
        }
    }

    /// <summary>One with nothing to do leaves until something is accepted for it.</summary>
    private void EndTurn(Queue<DeliveryQueue> turns, NextStep step, DateTimeOffset now)
    {
        var queue = turns.Dequeue();
        if (queue.IsRetired) return;
        if (step.Kind == StepKind.Leave || queue.IsIdle(now)) _queues.Retire(queue);
        else turns.Enqueue(queue);
    }

    /// <summary>Calls that hang may use up a feed's own room, never that of the others: half of what they leave is always theirs.</summary>
    private bool HasRoom(DeliveryQueue queue) => queue.Calls == 0 || queue.Calls < (_tools.Options.MaxCallsInFlight - _effects.Calls + queue.Calls) / 2;

    private async ValueTask SendAsync(DeliveryQueue queue, Project project, DateTimeOffset now)
    {
        if (!_tools.Directory.TryGetFeed(queue.Feed, out var feed))
        {
            _tools.Budgets.For(project).Of(queue.Class).Cancel();
            return;
        }
        OutgoingCall call;
        try
        {
            var taken = queue.TakeCall(now);
            call = new(project, feed, queue, taken.Call, taken.Part, taken.WasAccused);
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
        _effects.StartCall(async () =>
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
        if (!_tools.Directory.TryGet(queue.Feed, out var connection)) return;
        queue.InFlight++;
        _projectHold.Sent(project, queue.Class);
        var startedAt = _tools.Clock.Now;
        _effects.Start(async () => new DispatchMessage.ListResolved(queue, project, startedAt, await _lists.ResolveAsync(project, connection, _abandon.Token)));
    }

    private async ValueTask HandleAsync(DispatchMessage.ListResolved resolved)
    {
        var queue = resolved.Queue;
        queue.InFlight--;
        if (resolved.List is not { } list) return;
        if (await _lists.HandleAsync(queue, resolved.Project, list, resolved.StartedAt) is { } move) _queues.Freeze(queue.Feed, move);
    }

    /// <summary>Has it written down; only then do those that waited for these members go.</summary>
    private void Settle(DeliveryQueue queue, SettlementBuilder settled, IReadOnlyList<MemberNode> nodes)
    {
        queue.InFlight++;
        var changes = settled.Changes;
        _settler.Enqueue(new(settled.Build(_projectId, queue.Feed), () => Post(new DispatchMessage.Written(queue, changes, nodes))));
    }

    private void Complete(DispatchMessage.Written written)
    {
        written.Queue.InFlight--;
        written.Queue.Settled(written.Changes);
        foreach (var node in written.Nodes) written.Queue.Planner.Complete(node);
        _tools.Statistics.Settled(written.Queue.Feed, written.Changes);
    }

    /// <summary>An operation begins once nothing of its feed is in flight, and with nothing of it in memory.</summary>
    private void StartOperations()
    {
        foreach (var delivery in _queues.Frozen)
        {
            if (delivery.IsOperating || delivery.Queues.Any(q => q.InFlight > 0)) continue;
            foreach (var queue in delivery.Queues) queue.Unload();
            delivery.IsOperating = true;
            var operation = delivery.Operations.Peek();
            _effects.Start(async () =>
            {
                await operation.RunAsync(_abandon.Token);
                return new DispatchMessage.OperationEnded(delivery.Id);
            });
        }
    }
}
