using Iterable.Client;
using IterableForwarder.Delivery.Dispatch;
using IterableForwarder.Delivery.Lists;
using IterableForwarder.Delivery.Pacing;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Delivery;

/// <summary>What every dispatcher works with.</summary>
internal sealed record DeliveryTools(
    IterableClient Client,
    IEntryJournal Journal,
    IProjectDirectory Directory,
    IInFlightCalls InFlight,
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
    /// <summary>What all dispatchers together have in memory.</summary>
    public LoadedMemory Memory { get; } = new(Options.MaxLoadedBytes);

    /// <summary>
    /// Whose turn it is to read from the journal: not more at once than keep the processor busy, as what they read takes room only once it
    /// is there.
    /// </summary>
    public SemaphoreSlim Loads { get; } = new(Environment.ProcessorCount);

    /// <summary>What queues wait for, to be shown.</summary>
    public WaitBoard Waits { get; } = new();

    /// <summary>For all that waits; <see cref="Time"/> says what is shown and stored.</summary>
    public MonotonicClock Clock { get; } = new(Time);
}
