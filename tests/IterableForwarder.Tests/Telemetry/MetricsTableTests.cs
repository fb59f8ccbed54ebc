using System.Text.RegularExpressions;
using IterableForwarder.Http;
using IterableForwarder.Tests.Architecture;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Telemetry;

/// <summary>The table of metrics in docs/operations.md is what the service exports, all of it and nothing else.</summary>
public sealed partial class MetricsTableTests
{
    [Fact]
    public async Task The_document_lists_every_metric_that_is_exported_and_no_other()
    {
        await using var pipeline = await Pipeline.StartAsync(customize: Scrape.AlwaysFresh);
        var (connection, _) = await pipeline.ConnectAsync();
        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add("a@x.com")));
        var scrape = await ScrapeAfterACallAsync(pipeline);
        var exported = scrape.Types.Keys.Where(n => n.StartsWith("forwarder_", StringComparison.Ordinal));

        Assert.Equal(exported.Order(StringComparer.Ordinal), Documented().Where(n => n.StartsWith("forwarder_", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(1, scrape.Sum("forwarder_delivery_latency_seconds_bucket", "le=\"21600\""));
    }

    [Fact]
    public async Task What_the_server_and_the_runtime_export_is_listed_by_the_beginning_of_its_names()
    {
        await using var pipeline = await Pipeline.StartAsync(customize: Scrape.AlwaysFresh);
        var others = (await Scrape.OfAsync(pipeline.Service.GetAsync)).Types.Keys.Where(n => !n.StartsWith("forwarder_", StringComparison.Ordinal)).ToArray();
        var documented = Documented().Where(n => !n.StartsWith("forwarder_", StringComparison.Ordinal)).ToArray();

        Assert.All(others, name => Assert.Contains(documented, pattern => Covers(pattern, name)));
        Assert.All(documented, pattern => Assert.Contains(others, name => Covers(pattern, name)));

        static bool Covers(string pattern, string name) => pattern.EndsWith('*') ? name.StartsWith(pattern[..^1], StringComparison.Ordinal) : name == pattern;
    }

    [Fact]
    public async Task Every_series_of_a_closed_set_exists_from_the_start()
    {
        await using var host = await TestService.StartAsync();

        var scrape = await Scrape.OfAsync(host.GetAsync);

        var expected = new Dictionary<string, int>
        {
            ["forwarder_batches_accepted_total"] = 5,
            ["forwarder_changes_accepted_total"] = 5,
            ["forwarder_changes_ignored_total"] = 4,
            ["forwarder_changes_settled_total"] = 20,
            ["forwarder_requests_refused_total"] = 7,
            ["forwarder_connections_stopped"] = 5,
            ["forwarder_projects_held"] = 3,
            ["forwarder_oldest_pending_seconds"] = 3,
            ["forwarder_changes_pending"] = 1,
            ["forwarder_changes_pending_at_start"] = 1,
            ["forwarder_paused_longest_seconds"] = 1,
            ["forwarder_log_lines_dropped_total"] = 1,
        };
        Assert.Equal(expected, expected.Keys.ToDictionary(name => name, scrape.Count));
        Assert.All(expected.Keys, name => Assert.Equal(0, scrape.Sum(name)));
        Assert.Equal(1, scrape.Sum("forwarder_build_info", $"version=\"{ServiceVersion.Current}\""));
    }

    /// <summary>The histograms of delivery are there once something was delivered.</summary>
    private static Task<Scrape> ScrapeAfterACallAsync(Pipeline pipeline) => Eventually.GetAsync(
        () => Scrape.OfAsync(pipeline.Service.GetAsync), s => s.Types.ContainsKey("forwarder_call_duration_seconds"), TimeSpan.FromSeconds(30));

    /// <summary>The names in the first column of the section's tables. A table that is torn apart does not count.</summary>
    private static IEnumerable<string> Documented()
    {
        var text = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "operations.md"));
        var section = Section().Match(text).Groups[1].Value;
        var tables = Table().Matches(section).Select(m => m.Value);
        return tables.SelectMany(t => t.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(2)).SelectMany(row => Name().Matches(row.Split('|')[1]).Select(m => m.Groups[1].Value));
    }

    [GeneratedRegex(@"\n## Metrics\n(.*?)\n## ", RegexOptions.Singleline)]
    private static partial Regex Section();

    /// <summary>A head, its line, and rows without a gap.</summary>
    [GeneratedRegex(@"^\|[^\n]*\|\n\|[-|]+\|\n(?:\|[^\n]*\|\n)+", RegexOptions.Multiline)]
    private static partial Regex Table();

    [GeneratedRegex(@"`([a-z_]+\*?)`")]
    private static partial Regex Name();
}
