using System.Globalization;

namespace IterableForwarder.Benchmarks;

/// <summary>What the service has used so far.</summary>
/// <param name="Delivered">Members.</param>
/// <param name="Latency">Members delivered within so many seconds of their acceptance.</param>
internal sealed record Snapshot(double CpuSeconds, double Megabytes, double PeakMegabytes, double AllocatedBytes, long DatabaseBytes, double Delivered, IReadOnlyDictionary<double, double> Latency)
{
    public static async Task<Snapshot> TakeAsync(Stage stage)
    {
        // the first one compiles the exporter, which is no part of what is measured after it
        var metrics = await stage.Service.Http.GetStringAsync("/metrics");
        return new(
            stage.Service.CpuSeconds,
            stage.Service.Megabytes,
            stage.Service.PeakMegabytes,
            Lines(metrics, "dotnet_gc_heap_total_allocated_bytes_total").Sum(l => l.Value),
            stage.DatabaseBytes,
            Lines(metrics, "forwarder_changes_settled_total").Where(l => l.Labels.Contains("Delivered", StringComparison.Ordinal)).Sum(l => l.Value),
            Lines(metrics, "forwarder_delivery_latency_seconds_bucket").GroupBy(l => Bound(l.Labels)).ToDictionary(g => g.Key, g => g.Sum(l => l.Value)));
    }

    private static IEnumerable<(string Labels, double Value)> Lines(string metrics, string name) =>
        metrics.Split('\n').Where(l => l.StartsWith(name, StringComparison.Ordinal)).Select(l =>
        {
            var parts = l.Split(' ');
            return (parts[0], double.Parse(parts[1], CultureInfo.InvariantCulture));
        });

    private static double Bound(string labels)
    {
        var text = labels.Split("le=\"")[1].Split('"')[0];
        return text == "+Inf" ? double.PositiveInfinity : double.Parse(text, CultureInfo.InvariantCulture);
    }
}
