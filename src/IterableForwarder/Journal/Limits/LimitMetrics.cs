using System.Diagnostics.Metrics;
using IterableForwarder.Telemetry;

namespace IterableForwarder.Journal.Limits;

/// <summary>What was refused because too much waits. Nothing here names a connection.</summary>
internal sealed class LimitMetrics(IMeterFactory meters)
{
    private readonly ClosedCounter<CapacityKind> _refused = new(
        meters.Create(IngressMeter.Name),
        ("forwarder.requests.refused", "{request}", "Requests refused because a limit is reached, by what is full"),
        Enum.GetValues<CapacityKind>(),
        full => [new("full", full.ToString())]);

    /// <param name="full">What is full: a connection, the service, the disk, the limit for a batch alone, or the memory for bodies.</param>
    public void Refused(CapacityKind full) => _refused.Add(full);
}
