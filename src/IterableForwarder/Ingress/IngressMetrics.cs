using System.Diagnostics.Metrics;
using IterableForwarder.Journal.Limits;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Telemetry;

namespace IterableForwarder.Ingress;

/// <summary>What is taken in and leaves no trace in the journal.</summary>
internal sealed class IngressMetrics(IMeterFactory meters)
{
    private readonly ClosedCounter<Source> _ignored = new(
        meters.Create(IngressMeter.Name),
        ("forwarder.changes.ignored", "{change}", "Messages answered for and not kept, as they are about no audience or the stream does not want them, by source"),
        Enum.GetValues<Source>(),
        source => [new("source", SettingsWords.Sources[source])]);

    public void Ignored(Source source, int messages) => _ignored.Add(source, messages);
}
