using System.Globalization;
using System.Text.RegularExpressions;
using IterableForwarder.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Exporter;

namespace IterableForwarder.Tests.Telemetry;

/// <summary>One answer of <c>/metrics</c>.</summary>
internal sealed partial class Scrape
{
    private readonly List<(string Name, string Labels, double Value)> _series = [];

    private Scrape(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            if (TypeLine().Match(line) is { Success: true } type) Types[type.Groups[1].Value] = type.Groups[2].Value;
            if (SeriesLine().Match(line) is { Success: true } series)
                _series.Add((series.Groups[1].Value, series.Groups[2].Value, double.Parse(series.Groups[3].Value, CultureInfo.InvariantCulture)));
        }
    }

    /// <summary>The kind of each metric, by its name.</summary>
    public Dictionary<string, string> Types { get; } = [];

    /// <summary>What is not settled of all that was accepted since the start, by the counters.</summary>
    public double Open => Sum("forwarder_changes_accepted_total") - Sum("forwarder_changes_settled_total");

    public double Accepted => Sum("forwarder_changes_accepted_total");

    public double Pending => Sum("forwarder_changes_pending");

    public double PendingAtStart => Sum("forwarder_changes_pending_at_start");

    /// <summary>Keeps no answer for the next scrape, as the exporter does for 300 ms.</summary>
    public static void AlwaysFresh(WebApplicationBuilder builder) =>
        builder.Services.Configure<PrometheusAspNetCoreOptions>(options => options.ScrapeResponseCacheDurationMilliseconds = 0);

    public static async Task<Scrape> OfAsync(Func<string, Task<ServiceResponse>> get)
    {
        var response = await get("/metrics");
        Assert.Equal(200, response.Status);
        var scrape = new Scrape(response.Text);
        Assert.True(scrape.Count("forwarder_changes_pending") == 1, $"A scrape without metrics: {response.Text}");
        return scrape;
    }

    /// <summary>Over all series that have the labels, each as <c>name="value"</c>.</summary>
    public double Sum(string name, params string[] labels) => _series.Where(s => s.Name == name && labels.All(s.Labels.Contains)).Sum(s => s.Value);

    /// <summary>How many series there are.</summary>
    public int Count(string name) => _series.Count(s => s.Name == name);

    public override string ToString() => $"accepted {Accepted}, open {Open}, pending {Pending}, at start {PendingAtStart}";

    [GeneratedRegex(@"^# TYPE (\S+) (\S+)$")]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"^([a-z_]+)(?:\{(.*)\})? (\S+)$")]
    private static partial Regex SeriesLine();
}
