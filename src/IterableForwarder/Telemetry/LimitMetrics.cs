using System.Diagnostics.Metrics;

namespace IterableForwarder.Telemetry;

/// <summary>How much waits, and what was refused because too much does. Nothing here names a connection.</summary>
internal sealed class LimitMetrics(IMeterFactory meters)
{
    private readonly Meter _meter = meters.Create(IngressMeter.Name);
    private Counter<long>? _refused;

    private Counter<long> Refusals => _refused ??= _meter.CreateCounter<long>("forwarder.requests.refused", "{request}", "Requests refused as there is no room, by what is full");

    public void ShowPending(Func<long> pending) =>
        _meter.CreateObservableGauge("forwarder.changes.pending", pending, "{change}", "Changes accepted and not settled yet, in all");

    /// <param name="full">What is full: a connection, the service, the disk, or the limit for a batch alone.</param>
    public void Refused(string full) => Refusals.Add(1, new KeyValuePair<string, object?>("full", full));
}
