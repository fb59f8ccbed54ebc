using System.Diagnostics.Metrics;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Telemetry;

namespace IterableForwarder.Ingress;

/// <summary>Says of every accepted batch, once, what it was; and counts them.</summary>
internal sealed class IngressLog(IMeterFactory meters, DeliveryStatistics statistics, ILogger<IngressLog> log)
{
    private readonly Counter<long> _batches = meters.Create(IngressMeter.Name).CreateCounter<long>("forwarder.batches.accepted", "{batch}", "Batches accepted, by source");
    private readonly Counter<long> _ignored = meters.Create(IngressMeter.Name).CreateCounter<long>("forwarder.changes.ignored", "{change}", "Events answered for and not kept, as they are about no audience, by source");
    private readonly Counter<long> _changes = meters.Create(IngressMeter.Name).CreateCounter<long>("forwarder.changes.accepted", "{change}", "Changes accepted, by source");

    public void Accepted(NewBatch batch)
    {
        var source = SettingsWords.Sources[batch.Source];
        var tag = new KeyValuePair<string, object?>("source", source);
        _batches.Add(1, tag);
        _changes.Add(batch.Received, tag);
        if (batch.Dropped > 0) CountDropped(batch);
        if (!log.IsEnabled(LogLevel.Debug)) return;
        IngressMessages.Accepted(
            log, batch.Id.ToString(), source, batch.ProjectId.ToString(), batch.ConnectionId.ToString(), batch.Received, batch.Dropped, batch.Rule.ListId);
    }

    /// <summary>Counts what was answered for and not kept.</summary>
    public Task IgnoredAsync(Project project, Source source, int events)
    {
        if (events > 0) _ignored.Add(events, new KeyValuePair<string, object?>("source", SettingsWords.Sources[source]));
        return Task.CompletedTask;
    }

    private void CountDropped(NewBatch batch)
    {
        foreach (var (reason, changes) in batch.Pieces.SelectMany(p => p.Dropped).CountBy(d => d.Reason)) statistics.Discarded(batch.ConnectionId, reason, changes);
    }
}
