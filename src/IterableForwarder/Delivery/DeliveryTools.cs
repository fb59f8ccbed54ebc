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
    ProjectBudgets Budgets,
    DeliveryOptions Options,
    TimeProvider Time,
    Random Random,
    DeliveryMetrics Metrics,
    ILogger Log)
{
    /// <summary>For all that waits; <see cref="Time"/> says what is shown and stored.</summary>
    public SteadyClock Clock { get; } = new(Time);
}
