using Iterable.Client;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Telemetry;

namespace IterableForwarder.Delivery;

/// <summary>What every owner works with.</summary>
internal sealed record DeliveryTools(
    IterableClient Client,
    IEntryJournal Journal,
    IProjectDirectory Directory,
    ICallsUnderWay UnderWay,
    ProjectBudgets Budgets,
    ListResolver Lists,
    DeliveryOptions Options,
    TimeSpan AttemptTimeout,
    TimeProvider Time,
    Random Random,
    DeliveryMetrics Metrics,
    DeliveryStatistics Statistics,
    ILogger Log)
{
    /// <summary>What all owners together have in memory.</summary>
    public LoadedMemory Memory { get; } = new(Options.MostLoadedBytes);

    /// <summary>
    /// Whose turn it is to read from the journal: not more at once than keep the processor busy, as what they read takes room only once it
    /// is there.
    /// </summary>
    public SemaphoreSlim Loads { get; } = new(Environment.ProcessorCount);

    /// <summary>For all that waits; <see cref="Time"/> says what is shown and stored.</summary>
    public SteadyClock Clock { get; } = new(Time);
}
