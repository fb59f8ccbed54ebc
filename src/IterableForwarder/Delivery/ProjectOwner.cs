using System.Threading.Channels;
using Iterable.Client;
using IterableForwarder.Changes;
using IterableForwarder.Delivery.Calls;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Delivery;

/// <summary>
/// The one owner of an Iterable project: it alone plans and sends for it, so order and budget need no agreement. One loop owns all
/// state; calls and settlements run beside it and come back as news.
/// </summary>
internal sealed class ProjectOwner : IDisposable
{
    /// <summary>How long settlements may still take when the service stops: a commit takes milliseconds, and a store that fails would fail on.</summary>
    private static readonly TimeSpan SettleGrace = TimeSpan.FromSeconds(1);

    private readonly ProjectId _projectId;
    private readonly DeliveryTools _tools;
    private readonly Channel<Func<ValueTask>> _news = Channel.CreateUnbounded<Func<ValueTask>>(new() { SingleReader = true });
    private readonly Dictionary<ConnectionId, Lane> _lanes = [];

    /// <summary>Whose turn it is, for each class of endpoint: what waits for one budget must not keep another's from being used.</summary>
    private readonly Dictionary<EndpointClass, Queue<Lane>> _turns = Enum.GetValues<EndpointClass>().ToDictionary(c => c, _ => new Queue<Lane>());

    private readonly Dictionary<ConnectionId, Learned> _learned = [];
    private readonly HashSet<Task> _calls = [];
    private readonly CancellationTokenSource _abandon = new();
    private readonly Settler _settler;
    private readonly LaneLoader _loader;
    private readonly CallSender _sender;
    private readonly AnswerHandler _answers;
    private readonly ProjectProbe _probe;
    private readonly OwedLists _owed;
    private Task? _nextNews;

    public ProjectOwner(ProjectId projectId, DeliveryTools tools)
    {
        (_projectId, _tools) = (projectId, tools);
        _settler = new Settler(tools.Journal, tools.Time, tools.Log);
        _loader = new LaneLoader(tools);
        _sender = new CallSender(tools);
        _probe = new ProjectProbe(projectId, tools);
        _owed = new OwedLists(tools, _probe);
        _answers = new AnswerHandler(tools, _probe, Settle);
    }

    /// <summary>Something was accepted for a connection.</summary>
    public void Accepted(ConnectionId connection, long changes) => Post(() => LaneOf(connection).Accepted(changes));

    /// <summary>There may be something in the journal for a connection, from before.</summary>
    public void Discover(ConnectionId connection) => Post(() => LaneOf(connection).FallBehind());

    /// <summary>A setting or a state may have changed.</summary>
    public void Look() => Post(() => { });

    /// <summary>
    /// Runs until stopped; then gives calls under way a little time, and writes down all that is known. When it stumbles, they have
    /// all the time they need until the service stops: nobody may send for the project while one of them may still land.
    /// </summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        var settling = _settler.RunAsync(_abandon.Token);
        _ = settling.ContinueWith(
            _ => _news.Writer.TryWrite(async () => await settling),
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                await HearNewsAsync();
                await WaitForNewsAsync(await DispatchAsync(), stopping);
            }
        }
        finally
        {
            await FinishAsync(settling, stopping);
        }
    }

    public void Dispose()
    {
        foreach (var lane in _lanes.Values) lane.Forget();
        _abandon.Dispose();
    }

    private void Post(Action news) => _news.Writer.TryWrite(() =>
    {
        news();
        return ValueTask.CompletedTask;
    });

    private async Task HearNewsAsync()
    {
        while (_news.Reader.TryRead(out var news)) await news();
    }

    private async Task WaitForNewsAsync(TimeSpan? wait, CancellationToken stopping)
    {
        // waited for until it comes, however often the time is up before: to give up the wait would throw each time
        _nextNews ??= _news.Reader.WaitToReadAsync(CancellationToken.None).AsTask();
        await _nextNews.WaitAsync(wait ?? Timeout.InfiniteTimeSpan, _tools.Time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_nextNews.IsCompleted) _nextNews = null;
    }

    private async Task FinishAsync(Task settling, CancellationToken stopping)
    {
        var calls = Task.WhenAll(_calls.ToArray());
        try
        {
            await GraceAsync(calls, _tools.Options.StopGrace, stopping);
            await HearNewsAsync();
            _settler.Complete();
            await GraceAsync(settling, SettleGrace, stopping);
        }
        finally
        {
            // what is cut off now is sent again by the next owner
            await _abandon.CancelAsync();
            await Task.WhenAll(calls, settling).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task GraceAsync(Task work, TimeSpan grace, CancellationToken stopping)
    {
        await work.WaitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await work.WaitAsync(grace, _tools.Time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private Lane LaneOf(ConnectionId connection)
    {
        if (_lanes.TryGetValue(connection, out var lane)) return lane;
        var kind = _tools.Directory.TryGet(connection, out var known) ? known.Kind : ChangeKind.Membership;
        lane = new Lane(connection, kind, _learned.GetValueOrDefault(connection, new Learned(CallKinds.Of(kind).Limits)), _tools);
        _lanes[connection] = lane;
        _turns[lane.Class].Enqueue(lane);
        return lane;
    }

    /// <summary>Starts every call that may go now, the connections taking turns. Returns how long until the next may, or null when only news can help.</summary>
    private async Task<TimeSpan?> DispatchAsync()
    {
        if (!_tools.Directory.TryGet(_projectId, out var project)) return null;
        TimeSpan? next = null;
        foreach (var (endpointClass, turns) in _turns)
        {
            if (turns.Count > 0 && await DispatchAsync(project, endpointClass, turns) is { } wait && !(next <= wait)) next = wait;
        }
        return next;
    }

    private async Task<TimeSpan?> DispatchAsync(Project project, EndpointClass endpointClass, Queue<Lane> turns)
    {
        var now = _tools.Clock.Now;
        if (!_probe.MaySend(project, endpointClass, now, out var wait))
        {
            // what waits for an operator takes no room from what flows
            foreach (var held in turns)
            {
                held.FallBehind();
                if (held is { InFlight: 0, Loaded: > 0 }) held.Unload();
            }
            return wait;
        }

        DateTimeOffset? next = null;
        for (var untouched = turns.Count; untouched > 0; untouched--)
        {
            var lane = turns.Peek();
            lane.IsProjectHeld = _probe.IsHeld(project, endpointClass);
            var turn = await TakeTurnAsync(lane, now);
            if (turn.OwesList)
            {
                Seek(lane, project);
                if (_probe.IsHeld(project, endpointClass)) return null;
            }
            else if (turn.HasCall && _tools.Directory.TryGet(lane.Connection, out var connection))
            {
                if (!_tools.Budgets.For(project).Of(endpointClass).TryPromise(out var budgetWait)) return budgetWait;
                Send(lane, project, connection, now);
                if (_probe.IsHeld(project, endpointClass)) return null;
                untouched = turns.Count + 1;
            }
            else if (turn.NextAt is { } at && !(next <= at))
            {
                next = at;
            }
            EndTurn(turns, now);
        }
        return next is not { } due ? null : due > now ? due - now : TimeSpan.Zero;
    }

    /// <summary>One with nothing to do leaves until something is accepted for it.</summary>
    private void EndTurn(Queue<Lane> turns, DateTimeOffset now)
    {
        var lane = turns.Dequeue();
        if (!lane.IsIdle(now))
        {
            turns.Enqueue(lane);
            return;
        }
        _lanes.Remove(lane.Connection);
        if (lane.Learned.IsEmpty) _learned.Remove(lane.Connection);
        else _learned[lane.Connection] = lane.Learned;
    }

    /// <summary>Whether the lane has a call for now, and else when to ask again. Loads what it may need; a long backlog takes several turns.</summary>
    private async Task<LaneTurn> TakeTurnAsync(Lane lane, DateTimeOffset now)
    {
        if (!_tools.Directory.TryGet(lane.Connection, out var connection))
        {
            // deleted, which it could only be with nothing pending
            lane.HaveRead(more: false);
            return LaneTurn.OnNews;
        }
        if (connection.Pause is not null)
        {
            // nothing of it stays in memory for as long as somebody may leave it paused
            if (lane.InFlight == 0) lane.Unload();
            return LaneTurn.OnNews;
        }
        lane.IsHeld = connection.Hold is not null;
        if (lane.IsStuck || connection.OwesList) lane.FallBehind();
        if ((lane.IsHeld || lane.BackOff.Failures > 0) && lane.InFlight > 0) return LaneTurn.OnNews;
        if (lane.EarliestCall > now)
        {
            if (lane is { IsStuck: true, InFlight: 0, Loaded: > 0 }) lane.Unload();
            return LaneTurn.At(lane.EarliestCall);
        }

        if (connection.OwesList) return lane is { HasUnread: true, InFlight: 0 } ? LaneTurn.List : LaneTurn.OnNews;

        var readAt = lane.NextReadAt(now);
        if (readAt <= now)
        {
            await LoadAsync(lane, connection);
            // the whole window is looked at before anything of it is sent, so that a member who came and went is sent once;
            // and whoever paused the connection meanwhile has been answered, so that is looked at again as well
            return LaneTurn.At(now);
        }
        var callAt = lane.NextCallAt(now);
        if (callAt <= now) return HasRoom(lane) ? LaneTurn.Call : LaneTurn.OnNews;
        return new(false, callAt is null || readAt < callAt ? readAt : callAt);
    }

    /// <summary>Calls that hang may use up a connection's own room, never that of the others: half of what they leave is always theirs.</summary>
    private bool HasRoom(Lane lane) => lane.Calls == 0 || lane.Calls < (_tools.Options.MostCallsInFlight - _calls.Count + lane.Calls) / 2;

    private async Task LoadAsync(Lane lane, Connection connection)
    {
        var late = await _loader.LoadAsync(lane, connection.FoundListId ?? connection.ListId);
        if (late.Changes > 0) Settle(lane, late, () => { });
    }

    private void Send(Lane lane, Project project, Connection connection, DateTimeOffset now)
    {
        var call = TakePromised(lane, project, now);
        lane.InFlight++;
        lane.Calls++;
        _probe.Sent(project, lane.Class);
        var sent = Task.Run(() => _sender.SendAsync(connection, call, lane.Class, _abandon.Token));
        _calls.Add(sent);
        _ = sent.ContinueWith(
            _ => _news.Writer.TryWrite(() => AnsweredAsync(lane, call, sent)),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private LaneCall TakePromised(Lane lane, Project project, DateTimeOffset now)
    {
        try
        {
            return lane.TakeCall(project, now);
        }
        catch
        {
            // the budget outlives this owner
            _tools.Budgets.For(project).Of(lane.Class).Forgo();
            throw;
        }
    }

    /// <summary>Goes to Iterable for the list of a connection that has only its name.</summary>
    private void Seek(Lane lane, Project project)
    {
        if (!_tools.Directory.TryGet(lane.Connection, out var connection)) return;
        lane.InFlight++;
        _probe.Sent(project, lane.Class);
        var sought = Task.Run(() => _owed.SeekAsync(project, connection, _abandon.Token));
        _calls.Add(sought);
        _ = sought.ContinueWith(
            _ => _news.Writer.TryWrite(async () =>
            {
                _calls.Remove(sought);
                if (await sought is { } list) await _owed.HandleAsync(lane, project, list);
                lane.InFlight--;
            }),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private async ValueTask AnsweredAsync(Lane lane, LaneCall call, Task<SentCall?> sending)
    {
        _calls.Remove(sending);
        if (await sending is { } sent) await _answers.HandleAsync(lane, call, sent);
        lane.InFlight--;
        lane.Calls--;
    }

    /// <summary>Has it written down; only then do those that waited for these members go.</summary>
    private void Settle(Lane lane, SettlementBuilder settled, Action whenWritten)
    {
        lane.InFlight++;
        _settler.Enqueue(new(settled.Build(_projectId, lane.Connection), () => Post(() =>
        {
            lane.InFlight--;
            lane.Settled(settled.Changes);
            whenWritten();
        })));
    }
}

/// <summary>What a lane's turn came to.</summary>
/// <param name="HasCall">A call may go now.</param>
/// <param name="NextAt">When to ask again; null when only news can help.</param>
/// <param name="OwesList">Its list has to be found or made first.</param>
internal readonly record struct LaneTurn(bool HasCall, DateTimeOffset? NextAt, bool OwesList = false)
{
    public static LaneTurn List { get; } = new(false, null, OwesList: true);

    public static LaneTurn Call { get; } = new(true, null);

    public static LaneTurn OnNews { get; } = new(false, null);

    public static LaneTurn At(DateTimeOffset time) => new(false, time);
}
