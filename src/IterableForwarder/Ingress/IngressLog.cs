using IterableForwarder.Delivery;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress;

/// <summary>Says of every accepted batch, once, what it was; the journal counts it.</summary>
internal sealed class IngressLog(IngressMetrics metrics, DeliveryStatistics statistics, ILogger<IngressLog> log)
{
    public void Accepted(NewBatch batch)
    {
        if (batch.Dropped > 0) CountDropped(batch);
        if (!log.IsEnabled(LogLevel.Debug)) return;
        IngressMessages.Accepted(
            log, batch.Id.ToString(), SettingsWords.Sources[batch.Source], batch.ProjectId.ToString(), batch.FeedId.ToString(), batch.Received, batch.Dropped, batch.Rule.ListId);
    }

    /// <summary>Counts what was answered for and not kept.</summary>
    public void Ignored(Source source, int messages)
    {
        if (messages > 0) metrics.Ignored(source, messages);
    }

    private void CountDropped(NewBatch batch)
    {
        foreach (var (reason, changes) in batch.Chunks.SelectMany(p => p.Dropped).CountBy(d => d.Reason)) statistics.Discarded(batch.FeedId, reason, changes);
    }
}
