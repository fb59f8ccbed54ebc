using System.Collections.Concurrent;
using IterableForwarder.Changes;
using IterableForwarder.Journal;
using IterableForwarder.Telemetry;

namespace IterableForwarder.Delivery;

/// <summary>Gives every project that has something pending its owner, and tells owners the news.</summary>
internal sealed class DeliveryService(DeliveryTools tools, JournalReadiness journal, Func<Random> random) : IHostedService, IDisposable
{
    /// <summary>What stumbled starts again from the journal, but not in a tight circle.</summary>
    private static readonly TimeSpan RestartAfter = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<ProjectId, Lazy<Running>> _owners = new();
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
        await Task.WhenAll(_owners.Values.Select(o => o.Value.Loop));
    }

    public void Dispose() => _stopping.Dispose();

    /// <summary>Tells owners what is pending for them. What cannot be read now is read later: nobody else would ask for it before the next start.</summary>
    private async Task DiscoverAsync(Func<ProjectId, bool> isWanted)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var backlog = await tools.Journal.ReadBacklogAsync(CancellationToken.None);
                foreach (var (project, connection) in backlog.Where(b => isWanted(b.Project))) OwnerOf(project).Discover(connection);
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

    private void Accept(ProjectId project, ConnectionId connection, long changes)
    {
        if (changes > 0 && !_stopping.IsCancellationRequested) OwnerOf(project).Accepted(connection, changes);
    }

    private void Look(ProjectId project)
    {
        if (_owners.TryGetValue(project, out var owner)) owner.Value.Owner.Look();
    }

    private ProjectOwner OwnerOf(ProjectId project) => _owners.GetOrAdd(project, id => new Lazy<Running>(() => Start(id))).Value.Owner;

    private Running Start(ProjectId project)
    {
        var owner = new ProjectOwner(project, tools with { Random = random() });
        // it outlives the request that happened to bring its first batch, and must not speak in that one's name
        using var apart = ExecutionContext.SuppressFlow();
        return new Running(owner, Task.Run(() => RunAsync(project, owner)));
    }

    private async Task RunAsync(ProjectId project, ProjectOwner owner)
    {
        try
        {
            using (owner) await owner.RunAsync(_stopping.Token);
        }
        catch (Exception e)
        {
            DeliveryLog.OwnerFailed(tools.Log, e, project.ToString());
            await PauseAsync();
            _owners.TryRemove(project, out _);
            await DiscoverAsync(p => p == project);
        }
    }

    private sealed record Running(ProjectOwner Owner, Task Loop);
}
