using System.Diagnostics.Metrics;
using IterableForwarder.Changes;
using IterableForwarder.Http;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration;

/// <summary>What is stopped and what waits for it, read from the settings whenever it is asked for. No label names a project or a connection.</summary>
internal sealed class StopMetrics
{
    public const string MeterName = "IterableForwarder.Stops";

    private const string Active = "active";
    private const string Paused = "paused";
    private const string Held = "held";

    /// <summary>The one reason of whatever an operator stopped; the operator's words are in the history.</summary>
    private const string PauseReason = "pause";

    private static readonly string[] States = [Active, Paused, Held];
    private static readonly string[] HoldReasons = [Stop.ListNotFound, Stop.RequestRefused, Stop.InternalError, Stop.Forbidden];
    private static readonly string[] ProjectHoldReasons = [Stop.CredentialsRejected, Stop.Forbidden, Stop.KeyUnreadable];

    private readonly IProjectDirectory _directory;
    private readonly IStreamDirectory _streams;
    private readonly IFeedStatusReader _statuses;
    private readonly TimeProvider _time;

    public StopMetrics(IMeterFactory meters, IProjectDirectory directory, IStreamDirectory streams, IFeedStatusReader statuses, TimeProvider time)
    {
        (_directory, _streams, _statuses, _time) = (directory, streams, statuses, time);
        var meter = meters.Create(MeterName);
        meter.CreateObservableGauge("forwarder.connections.stopped", ConnectionsStopped, "{connection}", "Connections and streams that are paused or held by themselves, by state and reason");
        meter.CreateObservableGauge("forwarder.projects.held", ProjectsHeld, "{project}", "Projects that are held, by reason");
        meter.CreateObservableGauge("forwarder.paused.longest", PausedLongest, "s", "How long the connection has been paused that was paused first; 0 where none is");
        meter.CreateObservableGauge("forwarder.oldest_pending", OldestPending, "s", "How long the oldest pending change has waited, by the state of its connection; 0 where none waits");
        meter.CreateObservableGauge("forwarder.build.info", () => new Measurement<int>(1, Tag("version", ServiceVersion.Current)), description: "1, with the version of the service");
    }

    private IEnumerable<IFeed> Feeds => _directory.Projects.SelectMany(p => _directory.FeedsOf(p.Id));

    private IEnumerable<Measurement<int>> ConnectionsStopped()
    {
        var stopped = new Dictionary<(string State, string Reason), int> { [(Paused, PauseReason)] = 0 };
        foreach (var reason in HoldReasons) stopped[(Held, reason)] = 0;
        var connections = Feeds.OfType<Connection>().SelectMany(c => StopsOf([c]));
        foreach (var stop in connections.Concat(_streams.Streams.SelectMany(s => StopsOf(_streams.FeedsOf(s))))) stopped[stop] = stopped.GetValueOrDefault(stop) + 1;
        return stopped.Select(s => new Measurement<int>(s.Value, Tag("state", s.Key.State), Tag("reason", s.Key.Reason)));
    }

    /// <summary>A stream is stopped once, also where both its feeds are.</summary>
    private static IEnumerable<(string State, string Reason)> StopsOf(IReadOnlyCollection<IFeed> feeds) => feeds.Any(f => f.Flow.Pause is not null)
        ? [(Paused, PauseReason)]
        : feeds.Select(f => f.Hold?.Stop.Reason).OfType<string>().Distinct().Select(reason => (Held, reason));

    private IEnumerable<Measurement<int>> ProjectsHeld()
    {
        var held = ProjectHoldReasons.ToDictionary(reason => reason, _ => 0);
        foreach (var reason in _directory.Projects.Select(p => p.Hold?.Reason).OfType<string>()) held[reason] = held.GetValueOrDefault(reason) + 1;
        return held.Select(h => new Measurement<int>(h.Value, Tag("reason", h.Key)));
    }

    private double PausedLongest() => Feeds.Select(f => f.Flow.Pause).OfType<Stop>().Select(p => SecondsSince(p.Since)).DefaultIfEmpty().Max();

    /// <summary>Nothing where the store cannot be read: a 0 would say that nothing waits.</summary>
    private IEnumerable<Measurement<double>> OldestPending()
    {
        try
        {
            var oldest = States.ToDictionary(state => state, _ => 0.0);
            // a gauge is asked by a call that must return with its value: whoever scrapes waits for the store
            foreach (var (feed, since) in _statuses.ReadOldestPendingAsync(CancellationToken.None).GetAwaiter().GetResult())
            {
                var state = StateOf(feed);
                oldest[state] = Math.Max(oldest[state], SecondsSince(since));
            }
            return oldest.Select(o => new Measurement<double>(o.Value, Tag("state", o.Key)));
        }
        catch (StorageUnavailableException)
        {
            return [];
        }
    }

    /// <summary>Why its changes wait: a hold of the project holds its feeds.</summary>
    private string StateOf(FeedId id)
    {
        if (!_directory.TryGetFeed(id, out var feed)) return Active;
        if (feed.Flow.Pause is not null) return Paused;
        return feed.Hold is not null || (_directory.TryGet(feed.ProjectId, out var project) && project.Hold is not null) ? Held : Active;
    }

    private double SecondsSince(DateTimeOffset since) => Math.Max(0, (_time.GetUtcNow() - since).TotalSeconds);

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
