using System.Diagnostics;

namespace IterableForwarder.Benchmarks;

/// <param name="Members">That are measured, accept to settled.</param>
/// <param name="Warmup">That come before, and are not.</param>
/// <param name="Batch">Members in a request.</param>
/// <param name="Clients">That post at once.</param>
/// <param name="Connections">The batches go to in turn.</param>
/// <param name="Projects">That the connections belong to in turn.</param>
/// <param name="Backlog">Members that wait on a paused connection all the while.</param>
/// <param name="IsPlain">Whether the members have an MPID and no attributes.</param>
/// <param name="Idle">Seconds for which the service is watched with nothing to do, at the end; 0 for not at all.</param>
internal sealed record BulkOptions(int Members, int Warmup, int Batch, int Clients, int Connections, int Projects, int Backlog, bool IsPlain, int Idle)
{
    public static BulkOptions Parse(Arguments arguments) => new(
        arguments.Get("members", 2_000_000), arguments.Get("warmup", 500_000), arguments.Get("batch", 1000), arguments.Get("clients", 4),
        arguments.Get("connections", 1), arguments.Get("projects", 1), arguments.Get("backlog", 0), arguments.Get("plain", 0) > 0, arguments.Get("idle", 0));
}

/// <summary>What it costs to take members in batches and bring them to Iterable, in CPU of the service alone.</summary>
internal static class BulkScenario
{
    public static async Task RunAsync(BulkOptions options, TextWriter output)
    {
        var (figures, floor) = await BesideTheFloorAsync(options);
        Print(output, options, floor, figures);
    }

    /// <summary>With the floor before and after: the machine may be slower by then, or faster.</summary>
    public static async Task<(BulkFigures Figures, double Floor)> BesideTheFloorAsync(BulkOptions options)
    {
        var before = Floor.CpuSecondsPerMillion(options.Batch, options.IsPlain);
        var figures = await MeasureAsync(options);
        return (figures, (before + Floor.CpuSecondsPerMillion(options.Batch, options.IsPlain)) / 2);
    }

    public static async Task<BulkFigures> MeasureAsync(BulkOptions options)
    {
        await using var stage = await Stage.StartAsync();
        var connections = await stage.ConnectAsync(options.Projects, options.Connections, Load.Attributes);
        if (options.Backlog > 0) await stage.AddBacklogAsync(options.Backlog, connections.Length);

        await PostAsync(stage, options, connections, options.Warmup, first: 0);
        await stage.SettledAsync(options.Backlog);
        await stage.QuietAsync();
        var before = await Snapshot.TakeAsync(stage);
        var start = Stopwatch.GetTimestamp();
        var responseTimes = await PostAsync(stage, options, connections, options.Members, first: options.Warmup);
        var accepted = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await stage.SettledAsync(options.Backlog);
        var settled = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var after = await Snapshot.TakeAsync(stage);
        if (after.Delivered - before.Delivered != options.Members) throw new InvalidOperationException($"{after.Delivered - before.Delivered} were delivered of {options.Members}.");

        var idle = 0.0;
        if (options.Idle > 0)
        {
            await stage.QuietAsync();
            var cpu = stage.Service.CpuSeconds;
            await Stage.WaitAsync(options.Idle);
            idle = (stage.Service.CpuSeconds - cpu) / options.Idle;
        }
        return new(options.Members, responseTimes, accepted, settled, before, after, idle);
    }

    private static Task<double[]> PostAsync(Stage stage, BulkOptions options, string[] connections, int members, long first) => Load.PostAsync(
        stage.Service.Http, options.Clients, members / options.Batch, options.Batch, first, batch => connections[batch % connections.Length], options.IsPlain);

    private static void Print(TextWriter output, BulkOptions options, double floor, BulkFigures figures)
    {
        output.WriteLine(FormattableString.Invariant($"{options.Members} members in batches of {options.Batch} from {options.Clients} clients, {options.Connections} connections, {options.Projects} projects, {options.Backlog} waiting{(options.IsPlain ? ", plain" : "")}; after {options.Warmup} to warm up"));
        output.WriteLine(FormattableString.Invariant($"floor       {floor:F2} CPU-s a million members: the same bodies read and written by source-generated System.Text.Json, and nothing else"));
        output.WriteLine(FormattableString.Invariant($"service     {figures.CpuPerMillion:F2} CPU-s a million = {figures.CpuPerMillion / floor:F2} floors"));
        output.WriteLine(FormattableString.Invariant($"wall        accepted {figures.Members / figures.AcceptedIn:F0} members/s, settled {figures.Members / figures.SettledIn:F0} members/s; {figures.CpuShare:F2} cores busy"));
        output.WriteLine(FormattableString.Invariant($"answer      p50 {Load.At(figures.ResponseTimes, 0.50):F1} ms   p99 {Load.At(figures.ResponseTimes, 0.99):F1} ms   longest {Load.At(figures.ResponseTimes, 1):F1} ms"));
        output.WriteLine(FormattableString.Invariant($"to Iterable p50 {figures.LatencyAt(0.5):F2} s   p99 {figures.LatencyAt(0.99):F2} s from acceptance"));
        output.WriteLine(FormattableString.Invariant($"memory      peak {figures.After.PeakMegabytes:F0} MB   at the end {figures.After.Megabytes:F0} MB   allocated {figures.AllocatedPerMember:F0} bytes a member   database {figures.DatabasePerMember:F0} bytes a member"));
        if (options.Idle > 0) output.WriteLine(FormattableString.Invariant($"idle        {100 * figures.IdleCores:F2} % of a core"));
    }
}

/// <summary>What one run came to.</summary>
internal sealed record BulkFigures(int Members, double[] ResponseTimes, double AcceptedIn, double SettledIn, Snapshot Before, Snapshot After, double IdleCores)
{
    public double CpuPerMillion => (After.CpuSeconds - Before.CpuSeconds) / Members * 1e6;

    public double CpuShare => (After.CpuSeconds - Before.CpuSeconds) / SettledIn;

    public double AllocatedPerMember => (After.AllocatedBytes - Before.AllocatedBytes) / Members;

    public double DatabasePerMember => (double)(After.DatabaseBytes - Before.DatabaseBytes) / Members;

    /// <summary>In seconds, by the service's own histogram; between its bounds by proportion.</summary>
    public double LatencyAt(double share)
    {
        var counts = After.Latency.Select(b => (Below: b.Key, Count: b.Value - Before.Latency.GetValueOrDefault(b.Key))).OrderBy(b => b.Below).ToList();
        if (counts.Count == 0) return 0;
        var wanted = counts[^1].Count * share;
        var (lower, seen) = (0.0, 0.0);
        foreach (var (below, count) in counts)
        {
            if (count >= wanted) return double.IsInfinity(below) ? lower : lower + ((below - lower) * (wanted - seen) / Math.Max(1, count - seen));
            (lower, seen) = (below, count);
        }
        return lower;
    }
}
