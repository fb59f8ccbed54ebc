using System.Globalization;

namespace IterableForwarder.Benchmarks;

/// <summary>All of it in one run, as the table of docs/performance.md.</summary>
internal static class PerformanceScenario
{
    private const int Batch = 1000;

    /// <summary>On two cores, so many keep one of them busy in the service; the other is that of the load and of the sandbox.</summary>
    private const int BusySenders = 6;

    public static async Task RunAsync(bool isQuick, TextWriter output)
    {
        var table = new Table(output);
        table.Line("what", "figure", "asked");
        table.Line("---", "---", "---");
        await BulkAsync(table, isQuick);
        await TrickleAsync(table, isQuick);
        await LinesAsync(table, isQuick);
        await GrowthAsync(table, isQuick);
        table.Line($"start with {Number(isQuick ? 1_000_000 : 10_000_000)} pending", Invariant($"{await RestartScenario.MeasureAsync(isQuick ? 1_000_000 : 10_000_000):F1} s to ready, after a kill"), "5 s");
    }

    private static async Task BulkAsync(Table table, bool isQuick)
    {
        var first = Options(isQuick ? 500_000 : 2_000_000, isQuick ? 300_000 : 500_000) with { Clients = BusySenders };
        var (figures, floor) = await BulkScenario.BesideTheFloorAsync(first);
        table.Line("floor", Invariant($"{floor:F2} CPU-s a million members: the same bodies read and written by source-generated System.Text.Json, nothing else"), "");
        table.Line($"bulk, {Number(first.Members)} members in batches of {Batch} from {BusySenders} senders", Invariant($"{figures.CpuPerMillion:F2} CPU-s a million = **{figures.CpuPerMillion / floor:F1} floors**"), "6, aim 4");
        table.Line("its throughput", Invariant($"accepted {figures.Members / figures.AcceptedIn:F0} members/s, settled {figures.Members / figures.SettledIn:F0}; {figures.CpuShare:F2} cores busy"), "");
        table.Line("its answers", Invariant($"p50 {Load.At(figures.ResponseTimes, 0.5):F1} ms, **p99 {Load.At(figures.ResponseTimes, 0.99):F1} ms**"), "p99 100 ms");
        table.Line("from acceptance to Iterable", Invariant($"p50 {figures.LatencyAt(0.5):F2} s, p99 {figures.LatencyAt(0.99):F2} s"), "");
        table.Line("its memory", Invariant($"peak **{figures.After.PeakMegabytes:F0} MB**, at the end {figures.After.Megabytes:F0} MB; allocated {figures.AllocatedPerMember:F0} bytes a member"), "300 MB");
        table.Line("its disk", Invariant($"{figures.DatabasePerMember:F0} bytes a member, of 130 of its body"), "");
        foreach (var members in isQuick ? new[] { 100_000 } : [100_000, 5_000_000])
        {
            var other = await BulkScenario.MeasureAsync(Options(members, 0));
            table.Line($"memory for {Number(members)} members, cold", Invariant($"peak {other.After.PeakMegabytes:F0} MB"), "300 MB");
        }
    }

    private static async Task TrickleAsync(Table table, bool isQuick)
    {
        var options = new TrickleOptions(2000, isQuick ? 5 : 20, isQuick ? 15 : 30);
        // it has less to compile
        var bare = await TrickleScenario.MeasureBareAsync(isQuick ? options with { Warmup = 3 } : options);
        var figures = await TrickleScenario.MeasureAsync(options);
        table.Line("trickle, 2000 one-profile messages a second", Invariant($"p50 {Load.At(figures.ResponseTimes, 0.5):F1} ms, **p99 {Load.At(figures.ResponseTimes, 0.99):F1} ms**"), "p99 100 ms");
        table.Line("its CPU", Invariant($"**{figures.CpuMicroseconds:F0} µs a message** all told; a server that only reads them takes {bare:F0}"), "150 µs");
        table.Line("its calls", Invariant($"{figures.Calls}, {(double)figures.Sent / figures.Calls:F0} messages each"), "");
    }

    private static async Task LinesAsync(Table table, bool isQuick)
    {
        foreach (var lines in isQuick ? new[] { 500_000 } : [500_000, 5_000_000])
        {
            var figures = await NdjsonScenario.MeasureAsync(lines);
            table.Line($"NDJSON, {Number(lines)} lines in one request", Invariant($"peak **{figures.After.PeakMegabytes:F0} MB**; {figures.CpuPerMillion:F2} CPU-s a million, accepted in {figures.AcceptedIn:F1} s"), "constant");
        }
    }

    /// <summary>
    /// Each beside one connection, right before it and right after: the machine is slower or faster within minutes by as much as is asked
    /// for, and the floor is too short to show it.
    /// </summary>
    private static async Task GrowthAsync(Table table, bool isQuick)
    {
        var few = Options(isQuick ? 300_000 : 1_000_000, isQuick ? 300_000 : 1_000_000);
        (string Name, BulkOptions Options)[] sizes = isQuick
            ? [("100 connections", few with { Connections = 100 })]
            :
            [
                ("100 connections", few with { Connections = 100 }),
                ("10,000 connections", few with { Connections = 10_000, Idle = 20 }),
                ("1,000 projects", few with { Connections = 1000, Projects = 1000 }),
                ("10 thousand waiting", few with { Backlog = 10_000 }),
                ("1 million waiting", few with { Backlog = 1_000_000 }),
                ("10 million waiting", few with { Backlog = 10_000_000 }),
            ];
        var before = (await BulkScenario.MeasureAsync(few)).CpuPerMillion;
        foreach (var (name, options) in sizes)
        {
            var figures = await BulkScenario.MeasureAsync(options);
            var after = (await BulkScenario.MeasureAsync(few)).CpuPerMillion;
            var more = (figures.CpuPerMillion / ((before + after) / 2)) - 1;
            table.Line(name, Invariant($"{figures.CpuPerMillion:F2} CPU-s a million; 1 connection {before:F2} before and {after:F2} after: **{100 * more:+0;-0;0} %**"), "within 25 %");
            if (options.Idle > 0) table.Line($"idle with {name}", Invariant($"{100 * figures.IdleCores:F2} % of a core"), "1 %");
            before = after;
        }
    }

    private static BulkOptions Options(int members, int warmup) => new(members, warmup, Batch, Clients: 4, Connections: 1, Projects: 1, Backlog: 0, IsPlain: false, Idle: 0);

    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private sealed class Table(TextWriter output)
    {
        public void Line(params string[] cells) => output.WriteLine($"| {string.Join(" | ", cells)} |");
    }
}
