using System.Collections.Concurrent;
using IterableForwarder.Changes;
using IterableForwarder.Delivery.Dispatch;
using IterableForwarder.Journal;

namespace IterableForwarder.Delivery;

/// <summary>Gives every project that has something pending its dispatcher, and passes messages on to it.</summary>
internal sealed class DeliveryService(DeliveryTools tools, JournalReadiness journal, Func<Random> random) : IHostedService, IDisposable
{
    /// <summary>What failed is restarted from the journal, but not in a tight circle.</summary>
    private static readonly TimeSpan RestartAfter = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<ProjectId, Lazy<Running>> _dispatchers = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _discovery = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        tools.Journal.Accepted += Accept;
        tools.Directory.Changed += Look;
        _discovery = Task.Run(
            async () =>
            {
                await journal.WaitAsync(_stopping.Token);
                await DiscoverAsync(_ => true);
            },
            CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _discovery.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_dispatchers.Values.Select(d => d.Value.Loop));
    }

    public void Dispose() => _stopping.Dispose();

    /// <summary>Tells the dispatcher of a project something, where it has one.</summary>
    public void Post(ProjectId project, DispatchMessage message)
    {
        if (_dispatchers.TryGetValue(project, out var running)) running.Value.Dispatcher.Post(message);
    }

    /// <summary>Has the dispatcher of a project do something, also where it has none yet.</summary>
    /// <exception cref="StorageUnavailableException">The service stops.</exception>
    public void Start(ProjectId project, DispatchMessage message)
    {
        if (_stopping.IsCancellationRequested) throw new StorageUnavailableException("The service is stopping.");
        DispatcherOf(project).Post(message);
    }

    /// <summary>Tells dispatchers what is pending for them. What cannot be read now is read later: nobody else would ask for it before the next start.</summary>
    private async Task DiscoverAsync(Func<ProjectId, bool> isWanted)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                foreach (var (project, feed) in (await tools.Journal.ReadBacklogAsync(CancellationToken.None)).Where(b => isWanted(b.Project)))
                    DispatcherOf(project).Post(new DispatchMessage.BacklogFound(feed));
                return;
            }
            catch (Exception e)
            {
                DeliveryLog.BacklogUnreadable(tools.Log, e);
                await PauseAsync();
            }
        }
    }

    private async Task PauseAsync() =>
        await Task.Delay(RestartAfter, tools.Time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private void Accept(AcceptedBatch batch)
    {
        if (batch.Changes > 0 && !_stopping.IsCancellationRequested) DispatcherOf(batch.Project).Post(new DispatchMessage.Accepted(batch));
    }

    private void Look(ProjectId project) => Post(project, DispatchMessage.SettingsChanged.Instance);

    private ProjectDispatcher DispatcherOf(ProjectId project) => _dispatchers.GetOrAdd(project, id => new Lazy<Running>(() => Start(id))).Value.Dispatcher;

    private Running Start(ProjectId project)
    {
        var dispatcher = new ProjectDispatcher(project, tools with { Random = random() });
        // it outlives the request that happened to bring its first batch, and must not speak in that one's name
        using var apart = ExecutionContext.SuppressFlow();
        return new Running(dispatcher, Task.Run(() => RunAsync(project, dispatcher)));
    }

    private async Task RunAsync(ProjectId project, ProjectDispatcher dispatcher)
    {
        try
        {
            using (dispatcher) await dispatcher.RunAsync(_stopping.Token);
        }
        catch (Exception e)
        {
            DeliveryLog.DispatcherFailed(tools.Log, e, project.ToString());
            await PauseAsync();
            _dispatchers.TryRemove(project, out _);
            // what was asked of it while it did not run
            dispatcher.Dispose();
            await DiscoverAsync(p => p == project);
        }
    }

    private sealed record Running(ProjectDispatcher Dispatcher, Task Loop);
}
