using System.Diagnostics.Metrics;
using IterableForwarder.Journal.Limits;

namespace IterableForwarder.Journal.Writing;

/// <summary>How long the store takes to write. Nothing here names a connection.</summary>
internal sealed class WriteMetrics(IMeterFactory meters)
{
    private static readonly double[] Seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

    private readonly Histogram<double> _duration = meters.Create(IngressMeter.Name).CreateHistogram(
        "forwarder.store.write.duration", "s", "Time that one commit takes, with all that is written by it", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds });

    /// <param name="took">From its first statement until it is on disk, or has failed.</param>
    public void Wrote(TimeSpan took) => _duration.Record(took.TotalSeconds);
}
